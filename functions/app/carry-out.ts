import type { RunbookAction } from '../core/actions/action-definition.ts';
import { actionDefinition } from '../core/actions/action-table.ts';
import type { HealStep } from '../core/operation/heal-steps.ts';
import type { PlannedStep, StepRecord } from '../core/operation/operation.ts';
import { stepPhase } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import { shortReason } from '../core/signal/event-values.ts';
import type { Metrics, Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import { isForGood } from '../ports/errors.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import { batchStep, type StepEnd } from './batch-step.ts';
import { type CompleteDeps, completeStep } from './complete-step.ts';
import { operationNotification } from './notifications.ts';
import {
  type RunbookSubject,
  type SentRunbook,
  sendRunbook,
  sendTo,
  TargetsUnavailable,
} from './send-runbook.ts';

/** A node that has left between the look at it and the sending; the API names none of the others. */
const NODE_HAS_LEFT = 'InvalidInstanceId';

export interface CarryOutDeps {
  readonly store: CompleteDeps['store'] & Pick<OperationStore, 'recordStep' | 'recordOutcome'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send' | 'listInvocations' | 'findCommand'>;
  readonly notifier: Notifier;
  readonly tokens: CompleteDeps['tokens'];
  readonly metrics: Pick<Metrics, 'stepEnded'>;
  readonly clock: Clock;
}

export interface StepToCarryOut {
  readonly subject: RunbookSubject;
  readonly plan: OperationPlan;
  readonly step: PlannedStep | HealStep;
  /** The operation's records so far. */
  readonly steps: readonly StepRecord[];
  /** How often the state machine had tried the step before. */
  readonly attempt: number;
  readonly startedAtMs: number;
}

/**
 * Sends a step's runbook, or does what takes no runbook. What asking again would not change fails the step, and its
 * `onError` decides.
 *
 * @throws an API's transient error
 */
export async function carryOut(deps: CarryOutDeps, given: StepToCarryOut): Promise<void> {
  const { subject, step, startedAtMs } = given;
  const { stepId, action } = step;
  const record: StepRecord = {
    operationId: subject.operation.operationId,
    stepId,
    component: subject.operation.component,
    action: action.type,
    onError: action.onError,
    startedAtMs,
    targets: [],
    ...('isCheck' in step && step.isCheck && { failsAs: 'BatchNotHealthy' }),
  };
  const definition = actionDefinition(action.type);
  // What is done is tried here and recorded below: an error of the records says nothing of the action.
  let done: Done;
  try {
    if (definition.kind === 'notify') {
      const message = action.params['message'];
      const text = typeof message === 'string' ? message : definition.summary;
      await deps.notifier.notify(operationNotification(definition.topic, subject.operation, text));
      done = { outcome: 'SUCCEEDED', detail: `notified the ${definition.topic} topic` };
    } else if ('batch' in step && subject.operation.layout) {
      done = await carryOutOnBatch(deps, given, step, definition);
    } else {
      const targets = 'targets' in step ? step.targets : undefined;
      const call = { ...action, whereverPossible: stepPhase(stepId) === 'rollback' };
      done = await sendRunbook(deps, subject, stepId, definition, call, targets);
    }
  } catch (error) {
    if (!endsTheStep(error)) throw error;
    const isUnavailable = error instanceof TargetsUnavailable;
    const why = isUnavailable ? { failsAs: 'TargetsUnavailable' as const } : {};
    done = { outcome: 'FAILED', detail: error.message, ...why };
  }
  if ('commandId' in done) await deps.store.recordStep({ ...record, ...done });
  else await end(deps, record, done);
}

/** What became of a step at once: its runbook was sent, or it is over. */
type Done = SentRunbook | StepEnd;

async function carryOutOnBatch(
  deps: CarryOutDeps,
  given: StepToCarryOut,
  step: HealStep,
  definition: RunbookAction,
  mayHaveLeft = true,
): Promise<Done> {
  const { subject, plan, steps, attempt } = given;
  const decided = await batchStep(deps, subject, plan, step, steps, attempt);
  if (decided.kind === 'over') return decided.end;
  const { targets, skipped } = decided;
  try {
    const commandId = await sendTo(deps, subject, step.stepId, definition, step.action, targets);
    return { commandId, targets, ...(Object.keys(skipped).length > 0 && { skipped }) };
  } catch (error) {
    const hasLeft = isForGood(error) && error.serviceCode === NODE_HAS_LEFT;
    if (!hasLeft || !mayHaveLeft) throw error;
    return await carryOutOnBatch(deps, given, step, definition, false);
  }
}

async function end(deps: CarryOutDeps, step: StepRecord, stepEnd: StepEnd): Promise<void> {
  const { detail, isFinal = false, ...facts } = stepEnd;
  const ended = {
    ...step,
    ...facts,
    detail: shortReason(detail),
    completedAtMs: deps.clock.nowMs(),
    ...(isFinal && { onError: 'abort' as const }),
  };
  if (await deps.store.recordOutcome(ended)) deps.metrics.stepEnded(ended);
  await completeStep(deps, ended);
}

/** Errors that asking again would not change: the action has failed, and its `onError` decides. */
function endsTheStep(error: unknown): error is Error {
  return isForGood(error) || error instanceof TargetsUnavailable;
}
