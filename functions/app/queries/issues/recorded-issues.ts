import { proposalState } from '../../../core/admission/proposal.ts';
import type { RefusalReason, RefusalRecord } from '../../../core/admission/refusal.ts';
import { type Issue, priorityOf } from '../../../core/issue/issue.ts';
import { leftIsolated, perhapsIsolated } from '../../../core/issue/left-isolated.ts';
import { hasEnded, type Operation } from '../../../core/operation/operation.ts';
import { NOBODY } from '../../../core/signal/named-component.ts';
import type { OperationStore } from '../../../ports/operation-store.ts';
import { inParallel } from '../../in-parallel.ts';
import { alertNow, outlookIn, type Scene } from './scene.ts';

const READS_AT_A_TIME = 16;
const PROPOSALS_AT_MOST = 1_000;

/** Operations in flight, and those that failed and left their component unhealthy. */
export function operationIssues(scene: Scene): readonly Issue[] {
  return scene.components.flatMap((component) => {
    const [newest] = scene.operations.get(component) ?? [];
    if (!newest) return [];
    if (!hasEnded(newest)) return inFlight(newest);
    const isOver = newest.state === 'COMPLETED' || !scene.fleet.unhealthy.includes(component);
    return isOver ? [] : failed(scene, newest);
  });
}

function inFlight({
  operationId,
  component,
  strategyId,
  state,
  startedAtMs,
  alert,
}: Operation): readonly Issue[] {
  const doing = state === 'ROLLING_BACK' ? 'is being rolled back' : 'is under way';
  return [
    {
      ...({ kind: 'operation', priority: 3, component, subject: `operation ${operationId}` } as const),
      ...{ problem: `(${strategyId}) ${doing}`, severity: alert.severity, sinceMs: startedAtMs },
      remedy: `Follow it with \`selfheal show ${operationId} --watch\`.`,
    },
  ];
}

function failed(scene: Scene, operation: Operation): readonly Issue[] {
  const { operationId, component, strategyId, alert, failure, result, startedAtMs } = operation;
  const outlook = outlookIn(scene, { ...alert, occurredAtMs: scene.nowMs });
  const why = failure ? `: ${failure.error}` : '';
  return [
    {
      ...({ kind: 'failed-operation', component, subject: `operation ${operationId}`, outlook } as const),
      problem:
        result === 'UNVERIFIED' ? `(${strategyId}) could not be verified` : `(${strategyId}) failed${why}`,
      ...{ severity: alert.severity, sinceMs: operation.completedAtMs ?? startedAtMs },
      priority: priorityOf(alert.severity, outlook),
      remedy: `\`selfheal show ${operationId}\` says what was tried and undone.`,
    },
  ];
}

/**
 * What was contained, and not repaired since. A person lifts a containment on the hosts themselves, which leaves no
 * record: it is listed until a later repair has succeeded.
 */
export async function containmentIssues(
  scene: Scene,
  { store }: { readonly store: Pick<OperationStore, 'listSteps'> },
): Promise<readonly Issue[]> {
  const sinceRepair = scene.components.flatMap((component) => {
    const own = scene.operations.get(component) ?? [];
    const repaired = own.findIndex(({ result }) => result === 'SUCCESS');
    return own.slice(0, repaired === -1 ? own.length : repaired).filter(hasEnded);
  });
  const issues: Issue[] = [];
  await inParallel(sinceRepair, READS_AT_A_TIME, async (operation) => {
    const { operationId, component, result, alert, startedAtMs, completedAtMs } = operation;
    const isContained = result === 'CONTAINED';
    if (!(isContained || mayIsolate(scene, operation))) return;
    const steps = await store.listSteps(operationId);
    const [hosts, others] = [leftIsolated(steps), perhapsIsolated(steps)];
    if (hosts.length + others.length === 0 && !isContained) return;
    const what = [
      ...(hosts.length > 0 ? [`isolated ${hosts.join(', ')}`] : []),
      ...(others.length > 0 ? [`may have isolated ${others.join(', ')}`] : []),
    ];
    if (what.length === 0) what.push('contained its component');
    issues.push({
      ...({ kind: 'containment', priority: 1, component, subject: `operation ${operationId}` } as const),
      problem: `${what.join(', ')}, and no later repair is on record`,
      ...{ severity: alert.severity, sinceMs: completedAtMs ?? startedAtMs },
      remedy: `\`selfheal show ${operationId}\` has the command that lifts it.`,
    });
  });
  return issues;
}

/** Whether it is worth reading the steps of an operation; a strategy that is no longer configured may have done anything. */
function mayIsolate({ configuration }: Scene, { strategyId }: Operation): boolean {
  const strategy = configuration.strategies.find(({ id }) => id === strategyId);
  return !strategy || strategy.actions.some(({ type }) => type === 'isolate_network');
}

/** Proposals that wait for an approval. */
export async function proposalIssues(
  scene: Scene,
  { store }: { readonly store: Pick<OperationStore, 'listProposals'> },
): Promise<readonly Issue[]> {
  const proposals = await store.listProposals(PROPOSALS_AT_MOST);
  return proposals.flatMap((proposal) => {
    const { operation, approvals, approvalsNeeded, expiresAtMs } = proposal;
    const { operationId, component, strategyId, alert, startedAtMs } = operation;
    if (proposalState(proposal, scene.nowMs) !== 'OPEN' || !scene.components.includes(component)) return [];
    return {
      ...({ kind: 'proposal', priority: 2, component, subject: `proposal ${operationId}` } as const),
      problem: `(${strategyId}) waits for an approval: it has ${approvals.length} of ${approvalsNeeded}`,
      ...{ severity: alert.severity, sinceMs: startedAtMs },
      outlook: { kind: 'proposed', proposalId: operationId, expiresAtMs },
      remedy: `\`selfheal proposals ${operationId}\` shows it.`,
    };
  });
}

/** Refusals that are of no consequence to the component's health. */
const HARMLESS: ReadonlySet<RefusalReason> = new Set([
  ...(['AWAITING_APPROVAL', 'EXPIRED', 'IN_PROGRESS', 'MUTED', 'OVERTAKEN', 'SEVERITY_TOO_LOW'] as const),
  ...(['SUPPRESSED', 'PROPOSAL_CLOSED', 'SAME_PERSON', 'UNKNOWN_PROPOSAL'] as const),
]);

/**
 * Signals that were refused within the last hour, with nothing done about them since; and components that count as
 * unhealthy for no reason that was found.
 *
 * @param explained components whose trouble is listed otherwise
 */
export function refusalIssues(scene: Scene, explained: ReadonlySet<string | undefined>): readonly Issue[] {
  const { fleet, refusals, operations, components } = scene;
  const own = components
    .filter((component) => !explained.has(component))
    .flatMap((component): readonly Issue[] => {
      const refusal = refusals.get(component);
      const healedSince = (operations.get(component)?.[0]?.startedAtMs ?? 0) > (refusal?.refusedAtMs ?? 0);
      const isUnhealthy = fleet.unhealthy.includes(component);
      const isExpected = !refusal || healedSince || (HARMLESS.has(refusal.reason) && !isUnhealthy);
      return isExpected ? unexplained(scene, component, isUnhealthy) : [refused(scene, component, refusal)];
    });
  return [...own, ...ofNobody(scene)];
}

function refused(scene: Scene, component: string, refusal: RefusalRecord): Issue {
  const { metric = 'manual', refusedAtMs, reason, detail, strategyId } = refusal;
  const severity = 'CRITICAL';
  const alert = alertNow(scene, {
    ...({ component, metric, severity, origin: 'manual' } as const),
    ...(strategyId !== undefined && { strategyId }),
  });
  const outlook = outlookIn(scene, alert);
  return {
    ...({ kind: 'refusal', component, subject: `signal on ${metric}`, severity, outlook } as const),
    problem: `was refused: ${reason}: ${detail}`,
    sinceMs: refusedAtMs,
    priority: priorityOf(severity, outlook),
    remedy: `\`selfheal why ${component}\` lists all; whether it is still unhealthy is not known.`,
  };
}

function unexplained(scene: Scene, component: string, isUnhealthy: boolean): readonly Issue[] {
  if (!isUnhealthy) return [];
  const alert = alertNow(scene, { component, metric: 'manual', severity: 'CRITICAL', origin: 'manual' });
  const outlook = outlookIn(scene, alert);
  return [
    {
      ...({ kind: 'unhealthy', component, subject: `component ${component}`, severity: 'CRITICAL' } as const),
      problem: 'counts as unhealthy, and no recovery has been reported',
      ...{ outlook, priority: priorityOf('CRITICAL', outlook) },
    },
  ];
}

function ofNobody({ refusals }: Scene): readonly Issue[] {
  const refusal = refusals.get(NOBODY);
  if (!refusal) return [];
  return [
    {
      ...({
        kind: 'refusal',
        priority: 4,
        subject: 'an event that names no component',
        severity: 'WARNING',
      } as const),
      problem: `was refused: ${refusal.reason}: ${refusal.detail}`,
      sinceMs: refusal.refusedAtMs,
      remedy: `\`selfheal why ${NOBODY}\` lists all.`,
    },
  ];
}
