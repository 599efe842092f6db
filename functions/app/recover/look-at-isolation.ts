import { ACTIONS } from '../../core/actions/action-table.ts';
import { commandComment } from '../../core/operation/command-comment.ts';
import { isTerminal } from '../../core/operation/command-outcome.ts';
import type { Isolation } from '../../core/operation/isolations.ts';
import { isolatedBy } from '../../core/operation/kept-limits.ts';
import { chunked, MAXIMUM_BATCH } from '../../core/operation/layout.ts';
import { standingLookId } from '../../core/operation/look-id.ts';
import {
  disturbedMessage,
  findingsOf,
  isolatedByAgents,
  LOOK_EVERY_MS,
  openMessage,
  standingOf,
} from '../../core/operation/standing-look.ts';
import { isFit } from '../../core/operation/target-availability.ts';
import type { StandingLook, TimeLimit } from '../../core/operation/time-limit.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { CommandInvocation, RunbookRunner } from '../../ports/runbook-runner.ts';
import { type EndLimitDeps, endForOthers, endLimit, notifyOfLimit } from './end-limit.ts';
import { type IsolatedHosts, type IsolatedHostsDeps, isolatedHosts } from './isolated-hosts.ts';
import type { Round } from './round.ts';

export interface LookAtIsolationDeps extends IsolatedHostsDeps, EndLimitDeps {
  readonly store: IsolatedHostsDeps['store'] & EndLimitDeps['store'] & Pick<OperationStore, 'readLimits'>;
  readonly runbooks: IsolatedHostsDeps['runbooks'] &
    Pick<RunbookRunner, 'send' | 'getCommand' | 'listInvocations'>;
  readonly clock: Clock;
}

const { document } = ACTIONS.verify_containment;
/** The host puts an isolation back that something else has just lifted: it has that long. */
const TIMEOUT_SECONDS = 15;
const EXECUTION_SECONDS = 60;
const DELIVERY_SECONDS = 30;
/** More than a command takes. What is not known by then stays unknown. */
const ANSWERS_WITHIN_MS = 300_000;

/**
 * Looks at hosts that stay isolated, once an hour: whether they are still there, whether someone has changed their security
 * groups, and what those know that their agents have isolated. A later round reads their answers. Of a host that does not
 * answer, nothing follows.
 *
 * @param others operations that may have changed the groups of the hosts, too
 */
export async function lookAtIsolation(
  deps: LookAtIsolationDeps,
  id: string,
  limit: TimeLimit,
  others: readonly string[],
  { denials }: Pick<Round, 'denials'>,
): Promise<readonly string[]> {
  const { look } = limit;
  const isOld = look === undefined || deps.clock.nowMs() - look.atMs >= LOOK_EVERY_MS;
  if (look?.commandIds && !isOld) return await readAnswers(deps, id, limit, look, look.commandIds);
  if (!isOld) return [];
  const hosts = await isolatedHosts(deps, isolatedBy(id, limit), limit.targets, others);
  if (hosts.denial) denials.push(hosts.denial);
  const isOver = (target: string) => hosts.gone.includes(target) || hosts.letIn.includes(target);
  const left = { ...limit, targets: limit.targets.filter((target) => !isOver(target)) };
  const ended = await endForOthers(deps, id, left, hosts);
  if (left.targets.length > 0) await askHosts(deps, id, left, hosts);
  return ended;
}

/** Whatever comes of it, the next look is an hour later. */
async function askHosts(
  deps: LookAtIsolationDeps,
  id: string,
  limit: TimeLimit,
  { isolations }: Pick<IsolatedHosts, 'isolations'>,
): Promise<void> {
  const { commandIds: _, ...known } = limit.look ?? {};
  const commandIds: string[] = [];
  const atMs = deps.clock.nowMs();
  try {
    await send(deps, id, limit, isolations, (commandId) => commandIds.push(commandId));
  } finally {
    const look: StandingLook = { ...known, atMs, ...(commandIds.length > 0 && { commandIds }) };
    await deps.store.setTimeLimit(id, { ...limit, look }, limit.dueAtMs);
  }
}

async function send(
  { store, runbooks, clock }: LookAtIsolationDeps,
  id: string,
  limit: TimeLimit,
  isolations: readonly Isolation[],
  sent: (commandId: string) => void,
): Promise<void> {
  const instanceIds = isolatedByAgents(limit.targets, isolations);
  if (instanceIds.length === 0) return;
  const nodes = await runbooks.resolveTargets({ instanceIds });
  const fit = nodes.filter(isFit).map(({ instanceId }) => instanceId);
  const operationId = isolatedBy(id, limit);
  const { limits, operation } = await store.readLimits(limit.component, operationId);
  const stepId = standingLookId(clock.nowMs());
  // A person who has restored the network by hand, as the notice says, has used the next fence.
  const fence = Math.max(limits.component.fence, (operation?.fence ?? 0) + 1);
  for (const chunk of chunked(fit, MAXIMUM_BATCH))
    sent(
      await runbooks.send({
        document,
        parameters: {
          ...{ operationId, stepId, fence: String(fence), component: limit.component },
          executionTimeout: String(EXECUTION_SECONDS),
          ...{ containment: 'isolation', stableSeconds: '0', timeoutSeconds: String(TIMEOUT_SECONDS) },
        },
        instanceIds: chunk,
        comment: commandComment(operationId, stepId),
        deliveryTimeoutSeconds: DELIVERY_SECONDS,
        maxConcurrency: chunk.length,
        stopsAtError: false,
      }),
    );
}

/** The list of invocations is eventually consistent: it may lack some that have ended. */
async function answersTo(
  runbooks: LookAtIsolationDeps['runbooks'],
  commandId: string,
): Promise<{ readonly ended: readonly CommandInvocation[]; readonly isComplete: boolean }> {
  const command = await runbooks.getCommand(commandId);
  const invocations = await runbooks.listInvocations(commandId);
  const ended = invocations.filter(({ status }) => isTerminal(status));
  return { ended, isComplete: command !== undefined && ended.length >= command.targetCount };
}

async function readAnswers(
  deps: LookAtIsolationDeps,
  id: string,
  limit: TimeLimit,
  look: StandingLook,
  commandIds: readonly string[],
): Promise<readonly string[]> {
  const { runbooks, store } = deps;
  const answers = await Promise.all(commandIds.map((commandId) => answersTo(runbooks, commandId)));
  const isLate = deps.clock.nowMs() - look.atMs >= ANSWERS_WITHIN_MS;
  if (!isLate && !answers.every(({ isComplete }) => isComplete)) return [];
  const standings = new Map(
    answers.flatMap(({ ended }) =>
      ended.flatMap((invocation) => {
        const standing = standingOf(invocation);
        return standing ? [[invocation.instanceId, standing] as const] : [];
      }),
    ),
  );
  const operationId = isolatedBy(id, limit);
  const { open, disturbed, left } = findingsOf(limit, look, standings);
  const hosts = disturbed.map((host) => host.id);
  // Before what people know is kept: better twice than not at all.
  if (disturbed.length > 0)
    await notifyOfLimit(deps, id, { ...limit, targets: hosts }, disturbedMessage(id, limit, disturbed));
  const noted =
    disturbed.length > 0
      ? [`something else has disturbed the isolation of ${hosts.join(', ')} by ${operationId}`]
      : [];
  if (open.length === 0) {
    await store.setTimeLimit(id, left, limit.dueAtMs);
    return noted;
  }
  const targets = open.map((host) => host.id);
  const { strategyId = '…' } = (await store.getOperation(operationId)) ?? {};
  const ended = await endLimit(deps, id, left, {
    targets,
    message: openMessage(id, limit, open, strategyId),
    done: [`${targets.join(', ')}, isolated by ${operationId}: found open`],
  });
  return [...noted, ...ended];
}
