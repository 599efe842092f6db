import { freezeConfig } from '../../core/actions/file-actions.ts';
import type { RolledBack } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { batchesProgress, repairedTargets } from '../../core/operation/batch-progress.ts';
import { conclusionOf, type OperationEnd } from '../../core/operation/conclusion.ts';
import { containmentOf } from '../../core/operation/containment.ts';
import { chunked, MAXIMUM_BATCH } from '../../core/operation/layout.ts';
import { type FinalState, hasEnded, type Operation } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { EventPublisher, Metrics } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import { type DenialDeps, noteDenial } from '../denials.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { type ReportMissedDeps, reportMissed } from '../recover/report-missed.ts';
import { TargetsUnavailable } from './choose-targets.ts';
import type { KeepTimeLimitDeps } from './keep-time-limit.ts';
import { runOnHosts } from './run-on-hosts.ts';
import { OperationNotOnRecord } from './running-operation.ts';

export interface EndDeps {
  readonly store: Pick<
    OperationStore,
    'getOperation' | 'getPlan' | 'getClaim' | 'getRolledBack' | 'listSteps' | 'conclude'
  > &
    KeepTimeLimitDeps['store'];
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly metrics: Pick<Metrics, 'operationConcluded'>;
  readonly clock: Clock;
}

export interface ConcludeDeps extends EndDeps {
  readonly store: EndDeps['store'] & DenialDeps['store'] & ReportMissedDeps['store'];
  readonly notifier: ReportMissedDeps['notifier'];
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send'>;
  readonly configuration: Pick<CompiledConfiguration, 'settings'>;
}

export interface ConcludeInput extends OperationEnd {
  readonly operationId: string;
}

/** An execution that was overtaken tries to end an operation that now belongs to another one. */
export class FenceLost extends Error {
  override readonly name = 'FenceLost';
  readonly code = 'FENCE_LOST';
  readonly operationId: string;
  readonly fence: number;

  constructor({ operationId, fence }: Pick<ConcludeInput, 'operationId' | 'fence'>, newFence?: number) {
    const other = newFence === undefined ? 'a newer fence' : `fence ${newFence}`;
    super(`operation ${operationId} continues with ${other}, not with ${fence}: only the newer may end it`);
    this.operationId = operationId;
    this.fence = fence;
  }
}

export interface ConcludeOutput {
  readonly operationId: string;
  readonly state: FinalState;
  readonly durationMs: number;
  readonly warnings?: readonly string[];
}

/**
 * Ends an operation. One that has healed its component keeps the configuration files as a verified version, and reports
 * the targets that it had to skip. After one that has failed, the kernel of its hosts is looked at, where that is
 * configured: people have been notified by then, and nothing waits for the answer.
 *
 * @throws OperationNotOnRecord
 * @throws FenceLost if the operation's claim has a newer fence
 */
export async function conclude(deps: ConcludeDeps, input: ConcludeInput): Promise<ConcludeOutput> {
  return await endOperation(deps, input, {
    onRecovered: async (recovered, plan) => [
      await reportMissed(deps, recovered.operation, plan),
      await keepConfiguration(deps, recovered, plan),
    ],
    ...(deps.configuration.settings.kernelLookOnFailure && {
      onFailed: async (operation, plan) => {
        const { askForKernelLook } = await import('./ask-for-kernel-look.ts');
        await askForKernelLook(deps, operation, plan);
      },
    }),
  });
}

/** What is done besides, once for an operation. */
export interface EndHooks {
  /** Runs before the claim of a completed operation is released, and returns what went wrong, if anything did. */
  readonly onRecovered?: (
    recovered: ActionSubject,
    plan: OperationPlan,
  ) => Promise<readonly (string | undefined)[]>;
  /** Runs after the end of a repair that failed is on record. A crash in between leaves it out. */
  readonly onFailed?: (operation: Operation, plan: OperationPlan) => Promise<void>;
}

/**
 * Ends an operation: final record, claim, budgets and cooldown at once. Doing it again changes nothing.
 *
 * @throws OperationNotOnRecord
 * @throws FenceLost if the operation's claim has a newer fence
 */
export async function endOperation(
  deps: EndDeps,
  input: ConcludeInput,
  { onRecovered, onFailed }: EndHooks = {},
): Promise<ConcludeOutput> {
  const operation = await deps.store.getOperation(input.operationId);
  if (!operation) throw new OperationNotOnRecord(input.operationId);
  const completedAtMs = deps.clock.nowMs();
  if (hasEnded(operation))
    return output(operation, operation.state, operation.completedAtMs ?? completedAtMs);

  const claim = await deps.store.getClaim(operation.component);
  if (claim?.operationId === input.operationId && claim.fence !== input.fence)
    throw new FenceLost(input, claim.fence);
  // Kept before the claim is released: afterwards another operation may change the files.
  const plan = await deps.store.getPlan(operation.planId);
  const problems =
    input.state === 'COMPLETED' && plan && !containmentOf(plan.strategy.actions)
      ? await onRecovered?.({ operation, component: plan.component, fence: input.fence }, plan)
      : undefined;
  const unlimited = plan && mayIsolate(plan) ? await keptTimeLimit(deps, operation, plan) : undefined;
  const warnings = [
    ...(input.warnings ?? []),
    ...[...(problems ?? []), unlimited].filter((problem) => problem !== undefined),
  ];
  const more = warnings.length > 0 ? { warnings } : {};
  const rolledBack = plan && (await rolledBackIn(deps, operation, plan));
  const conclusion = {
    ...conclusionOf(operation, plan?.strategy, { ...input, warnings }, completedAtMs),
    ...(rolledBack && { rolledBack }),
  };
  const outcome = await deps.store.conclude(conclusion);
  if (outcome === 'overtaken') throw new FenceLost(input);
  if (outcome === 'concluded') {
    const { state, result, failure } = conclusion;
    const ended = { ...operation, state, ...more };
    deps.metrics.operationConcluded(ended, completedAtMs - operation.startedAtMs);
    await deps.events.stateChanged({
      operation: { ...operation, result, ...(failure && { failure }), ...more },
      state,
      atMs: completedAtMs,
    });
    if (result === 'FAILED' && plan) await onFailed?.(ended, plan);
  }
  return { ...output(operation, input.state, completedAtMs), ...more };
}

async function keptTimeLimit(
  deps: EndDeps,
  operation: Operation,
  plan: OperationPlan,
): Promise<string | undefined> {
  const { keepTimeLimit } = await import('./keep-time-limit.ts');
  return await keepTimeLimit(deps, operation, plan, await deps.store.listSteps(operation.operationId));
}

/** Whether the operation may begin or end an isolation, which may have a time limit. */
function mayIsolate({ strategy: { actions, rollback } }: OperationPlan): boolean {
  return [...actions, ...rollback.actions].some(
    ({ type }) => type === 'isolate_network' || type === 'restore_network',
  );
}

/** What the operation has rolled back, where diagnosis asks for that: where changes are watched. */
async function rolledBackIn(
  { store }: EndDeps,
  operation: Operation,
  { component, strategy }: OperationPlan,
): Promise<RolledBack | undefined> {
  if (component.changes === undefined) return undefined;
  const { rolledBackBy, withEarlier } = await import('../../core/operation/rolled-back.ts');
  const now = rolledBackBy(operation, strategy, await store.listSteps(operation.operationId));
  return now && withEarlier(now, await store.getRolledBack(operation.component));
}

function output(operation: Operation, state: FinalState, completedAtMs: number): ConcludeOutput {
  return { operationId: operation.operationId, state, durationMs: completedAtMs - operation.startedAtMs };
}

/**
 * It counts as verified if it has been in place for some time: what was changed during the incident, or shortly before, may
 * have caused it, and a restart hides for a while what is wrong with it.
 *
 * If a version cannot be kept, there is one version fewer to go back to, which is no reason to fail a repair.
 *
 * @returns why it was not kept, if it was not
 */
async function keepConfiguration(
  deps: ConcludeDeps,
  subject: ActionSubject,
  plan: OperationPlan,
): Promise<string | undefined> {
  const { configPaths, rules } = subject.component;
  if (configPaths.length === 0 && rules === undefined) return undefined;
  const notKept = (why: string) =>
    shortReason(`The configuration was not kept as a verified version: ${why}`);
  const keepVerified = {
    ...freezeConfig,
    parameters: (...args: Parameters<typeof freezeConfig.parameters>) => ({
      ...freezeConfig.parameters(...args),
      verified: 'held',
    }),
  };
  const how = { params: {}, timeoutSeconds: freezeConfig.defaultTimeoutSeconds };
  try {
    // No task waits for it: its outcome is its first record.
    const { operation } = subject;
    if (!operation.layout) {
      await runOnHosts(deps, subject, 'keep-0', keepVerified, how);
      return undefined;
    }
    const steps = await deps.store.listSteps(operation.operationId);
    const repaired = repairedTargets(batchesProgress({ ...plan, operation, steps, pending: undefined }));
    for (const [index, targets] of chunked(repaired ?? [], MAXIMUM_BATCH).entries())
      await runOnHosts(deps, subject, `keep-${index}`, keepVerified, how, targets);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof TargetsUnavailable)) throw error;
    if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
    return notKept(error.message);
  }
}
