import { freezeConfig } from '../core/actions/file-actions.ts';
import type { Strategy } from '../core/configuration/schema.ts';
import type { Failure, FinalState, Operation, StepId } from '../core/operation/operation.ts';
import type { EventPublisher, Metrics } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import { ServiceError } from '../ports/errors.ts';
import type { Conclusion, OperationStore } from '../ports/operation-store.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { hasEnded } from './running-operation.ts';
import { type RunbookSubject, sendRunbook, TargetsUnavailable } from './send-runbook.ts';

const DEFAULT_COOLDOWN_SECONDS = 300;
const KEEP_STEP: StepId = 'keep-0';

export interface EndDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'getClaim' | 'conclude'>;
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly metrics: Pick<Metrics, 'operationConcluded'>;
  readonly clock: Clock;
}

export interface ConcludeDeps extends EndDeps {
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send'>;
}

export interface ConcludeInput {
  readonly operationId: string;
  readonly fence: number;
  readonly state: FinalState;
  readonly failure?: Failure;
}

/** An execution that was overtaken tries to end an operation that is another's now. */
export class FenceLost extends Error {
  override readonly name = 'FenceLost';
}

export interface ConcludeOutput {
  readonly operationId: string;
  readonly state: FinalState;
  readonly durationMs: number;
}

/**
 * Ends an operation, and keeps the configuration files of a component that has recovered as a verified version.
 *
 * @throws FenceLost if the operation's claim has a newer fence
 */
export async function conclude(deps: ConcludeDeps, input: ConcludeInput): Promise<ConcludeOutput> {
  return await endOperation(deps, input, (recovered) => keepConfiguration(deps, recovered));
}

/**
 * Ends an operation: final record, claim, budgets and cooldown at once. Doing it again changes nothing.
 *
 * @param onRecovered runs before the claim of a completed operation is released
 * @throws FenceLost if the operation's claim has a newer fence
 */
export async function endOperation(
  deps: EndDeps,
  input: ConcludeInput,
  onRecovered?: (recovered: RunbookSubject) => Promise<void>,
): Promise<ConcludeOutput> {
  const operation = await deps.store.getOperation(input.operationId);
  if (!operation) throw new FenceLost(`operation ${input.operationId} is not on record`);
  const completedAtMs = deps.clock.nowMs();
  if (hasEnded(operation))
    return output(operation, operation.state as FinalState, operation.completedAtMs ?? completedAtMs);

  const claim = await deps.store.getClaim(operation.component);
  if (claim?.operationId === input.operationId && claim.fence !== input.fence) {
    throw new FenceLost(
      `operation ${input.operationId} goes on with fence ${claim.fence}, not ${input.fence}`,
    );
  }
  // Kept while the claim is held, and before it is let go of: afterwards another operation may change the files.
  const plan = await deps.store.getPlan(operation.planId);
  if (input.state === 'COMPLETED' && plan) {
    await onRecovered?.({ operation, component: plan.component, fence: input.fence });
  }
  const outcome = await deps.store.conclude(conclusionOf(operation, plan?.strategy, input, completedAtMs));
  if (outcome === 'overtaken')
    throw new FenceLost(`operation ${input.operationId} goes on with another fence`);
  if (outcome === 'concluded') {
    deps.metrics.operationConcluded(
      { ...operation, state: input.state },
      completedAtMs - operation.startedAtMs,
    );
    const { failure } = input;
    await deps.events.stateChanged({
      operation: { ...operation, ...(failure && { failure }) },
      state: input.state,
      atMs: completedAtMs,
    });
  }
  return output(operation, input.state, completedAtMs);
}

function output(operation: Operation, state: FinalState, completedAtMs: number): ConcludeOutput {
  return { operationId: operation.operationId, state, durationMs: completedAtMs - operation.startedAtMs };
}

function conclusionOf(
  operation: Operation,
  strategy: Strategy | undefined,
  input: ConcludeInput,
  completedAtMs: number,
): Conclusion {
  const cooldownSeconds = strategy?.cooldownSeconds ?? DEFAULT_COOLDOWN_SECONDS;
  return {
    operationId: operation.operationId,
    component: operation.component,
    fence: input.fence,
    strategyId: operation.strategyId,
    state: input.state,
    result: input.state === 'COMPLETED' ? ('SUCCESS' as const) : ('FAILED' as const),
    ...(input.failure && { failure: input.failure }),
    completedAtMs,
    cooldownUntilMs: completedAtMs + cooldownSeconds * 1_000,
    cooldownScope: strategy?.cooldownScope ?? ('component' as const),
  };
}

/** Best effort: a version that could not be kept is a version fewer to go back to, and no reason to fail a repair. */
async function keepConfiguration(deps: ConcludeDeps, subject: RunbookSubject): Promise<void> {
  if (subject.component.configPaths.length === 0) return;
  const keepVerified = {
    ...freezeConfig,
    parameters: (...args: Parameters<typeof freezeConfig.parameters>) => ({
      ...freezeConfig.parameters(...args),
      verified: 'true',
    }),
  };
  const call = { params: {}, timeoutSeconds: freezeConfig.defaultTimeoutSeconds };
  try {
    // Nobody waits for it: its outcome is its first record.
    await sendRunbook(deps, subject, KEEP_STEP, keepVerified, call);
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof TargetsUnavailable)) throw error;
  }
}
