import { actionDefinition } from '../core/actions/action-table.ts';
import type { Operation, PlannedStep, StepRecord } from '../core/operation/operation.ts';
import { stepPhase } from '../core/operation/operation.ts';
import { stepOrder } from '../core/operation/step-order.ts';
import type { Metrics, Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import { isForGood } from '../ports/errors.ts';
import type { TaskTokens } from '../ports/executions.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { completeStep } from './complete-step.ts';
import { operationNotification } from './notifications.ts';
import { findPlannedOperation } from './running-operation.ts';
import { type RunbookSubject, type SentRunbook, sendRunbook, TargetsUnavailable } from './send-runbook.ts';

/** How long after a step's deadline its claim stays valid: three rounds of the reconciler. */
export const LEASE_MARGIN_SECONDS = 180;

export const REPAIR_TOO_LONG = 'the repair took longer than settings.repairTimeoutSeconds';

export interface ActDeps {
  readonly store: Pick<
    OperationStore,
    'getOperation' | 'getPlan' | 'listSteps' | 'beginStep' | 'recordStep' | 'recordOutcome' | 'getClaim'
  >;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send'>;
  readonly notifier: Notifier;
  readonly tokens: TaskTokens;
  readonly metrics: Pick<Metrics, 'stepEnded'>;
  readonly clock: Clock;
}

export interface ActInput {
  readonly operationId: string;
  readonly component: string;
  readonly fence: number;
  readonly step: PlannedStep;
  /** How often the state machine had tried the step before. */
  readonly attempt: number;
  readonly taskToken: string;
}

/**
 * Begins one action; whoever learns how it ended completes the task token. Safe to repeat: a step that has an outcome
 * answers with it, a command that was sent is not sent again, and one that may have been sent is answered by the
 * host's ledger with its first result.
 *
 * @throws StoreUnavailable, or an API's transient error: nothing is known, ask again
 */
export async function act(deps: ActDeps, input: ActInput): Promise<void> {
  const refused = async (cause: string): Promise<void> => {
    await deps.tokens.fail(input.taskToken, 'StepRefused', cause);
  };

  const found = await findPlannedOperation(deps.store, input.operationId);
  if ('problem' in found) return await refused(found.problem.message);
  const { operation, plan } = found;
  const late = refuseLate(operation, input.step, deps.clock.nowMs());
  if (late !== undefined) return await refused(late);

  const nowMs = deps.clock.nowMs();
  const { stepId, action } = input.step;
  const deadlineMs = nowMs + action.timeoutSeconds * 1_000;
  const order = stepOrder(input.fence - operation.fence, stepId, input.attempt);
  const pending = { stepId, order, taskToken: input.taskToken, startedAtMs: nowMs, deadlineMs };
  // The token is on record before the steps are read: an outcome that comes later finds it, one that came is found.
  if (!(await deps.store.beginStep(input, pending, deadlineMs + LEASE_MARGIN_SECONDS * 1_000))) {
    const cause = `operation ${input.operationId} has a newer fence than ${input.fence}, or is past ${stepId}`;
    return await refused(cause);
  }
  const steps = await deps.store.listSteps(input.operationId);
  const stopper = stepPhase(stepId) === 'heal' ? steps.find((step) => stopsHealing(step, stepId)) : undefined;
  if (stopper) return await refused(`${stopper.stepId} (${stopper.action}) ended as ${stopper.outcome}`);

  const earlier = steps.find((step) => step.stepId === stepId);
  if (earlier?.outcome !== undefined)
    return await completeStep(deps, { ...earlier, outcome: earlier.outcome });
  if (earlier?.commandId !== undefined) return;
  await carryOut(deps, { operation, component: plan.component, fence: input.fence }, input, nowMs);
}

function refuseLate(operation: Operation, step: PlannedStep, nowMs: number): string | undefined {
  if (stepPhase(step.stepId) !== 'heal') return undefined;
  if (operation.state === 'ROLLING_BACK') return `operation ${operation.operationId} is being rolled back`;
  return nowMs < operation.deadlineMs ? undefined : REPAIR_TOO_LONG;
}

function stopsHealing(step: StepRecord, stepId: string): boolean {
  const over = step.outcome !== undefined && step.outcome !== 'SUCCEEDED';
  return over && step.stepId !== stepId && stepPhase(step.stepId) === 'heal' && step.onError !== 'continue';
}

async function carryOut(
  deps: ActDeps,
  subject: RunbookSubject,
  input: ActInput,
  nowMs: number,
): Promise<void> {
  const { stepId, action, targets } = input.step;
  const step: StepRecord = {
    operationId: input.operationId,
    stepId,
    component: input.component,
    action: action.type,
    onError: action.onError,
    startedAtMs: nowMs,
    targets: [],
  };
  const definition = actionDefinition(action.type);
  // What is done is tried here and recorded below: an error of the records says nothing of the action.
  let sent: SentRunbook | undefined;
  let detail = '';
  try {
    if (definition.kind === 'runbook') {
      const where = { ...(targets && { targets }), whereverPossible: stepPhase(stepId) === 'rollback' };
      sent = await sendRunbook(deps, subject, stepId, definition, { ...action, ...where });
    } else {
      const message = action.params['message'];
      const text = typeof message === 'string' ? message : definition.summary;
      await deps.notifier.notify(operationNotification(definition.topic, subject.operation, text));
      detail = `told the ${definition.topic} topic`;
    }
  } catch (error) {
    if (!endsTheStep(error)) throw error;
    return await end(deps, { ...step, outcome: 'FAILED', detail: error.message });
  }
  if (sent) await deps.store.recordStep({ ...step, ...sent });
  else await end(deps, { ...step, outcome: 'SUCCEEDED', detail });
}

async function end(
  deps: ActDeps,
  step: StepRecord & { readonly outcome: 'SUCCEEDED' | 'FAILED' },
): Promise<void> {
  const ended = { ...step, completedAtMs: deps.clock.nowMs() };
  if (await deps.store.recordOutcome(ended)) deps.metrics.stepEnded(ended);
  await completeStep(deps, ended);
}

/** Errors that asking again would not change: the action has failed, and its `onError` decides. */
function endsTheStep(error: unknown): error is Error {
  return isForGood(error) || error instanceof TargetsUnavailable;
}
