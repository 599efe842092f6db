import { ACTIONS, type ActionType } from '../core/actions/action-table.ts';
import type { OnFailure } from '../core/configuration/strategy-schema.ts';
import { denialIn, describeDenial } from '../core/denial.ts';
import { type Containment, containmentOf } from '../core/operation/containment.ts';
import { NOT_VERIFIED } from '../core/operation/failure.ts';
import {
  type Failure,
  type Operation,
  type PlannedStep,
  type StepRecord,
  stepPhase,
} from '../core/operation/operation.ts';
import { describeReport, type TargetReport, targetReport } from '../core/operation/target-report.ts';
import type { Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { operationNotification } from './notifications.ts';
import { hasEnded, OperationNotOnRecord } from './running-operation.ts';

export interface EscalateDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps' | 'recordOutcome'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

export interface EscalateInput {
  readonly operationId: string;
  /** @default it did not fail: only a containment needs a person then */
  readonly failure?: Failure;
}

/**
 * Calls a person: says what was tried, with what outcome, and in what state the plan leaves the component; or what was
 * contained, and how to lift it. Nothing is said of a repair that did not fail, nor of an operation that has ended
 * meanwhile: whoever ended it did.
 *
 * @throws OperationNotOnRecord
 */
export async function escalate(deps: EscalateDeps, { operationId, failure }: EscalateInput): Promise<void> {
  const operation = await deps.store.getOperation(operationId);
  if (!operation) throw new OperationNotOnRecord(operationId);
  if (hasEnded(operation)) return;
  const steps = await deps.store.listSteps(operationId);
  if (steps.some((step) => step.stepId === 'escalate-0')) return;

  const plan = await deps.store.getPlan(operation.planId);
  const report = plan && targetReport({ ...plan, operation, steps, pending: undefined });
  const containment = plan && containmentOf(plan.strategy.actions);
  const message = failure
    ? messageOf(failure, operation, plan?.strategy.rollback.onFailure ?? 'escalate', steps, report)
    : containment && containedMessage(operation, containment, steps);
  if (message === undefined) return;
  const notification = operationNotification('architect', operation, message, {
    steps,
    report,
    ...(failure && { failure }),
    ...(!failure && containment && { containment }),
  });
  await deps.notifier.notify(notification);
  const nowMs = deps.clock.nowMs();
  await deps.store.recordOutcome({
    operationId,
    stepId: 'escalate-0',
    component: operation.component,
    action: 'notify_architect',
    onError: 'continue',
    startedAtMs: nowMs,
    completedAtMs: nowMs,
    targets: [],
    outcome: 'SUCCEEDED',
    detail: message,
  });
}

/** What is shut in, and how a person lifts it. */
function containedMessage(
  { operationId, component, fence }: Operation,
  containment: Containment,
  steps: readonly StepRecord[],
): string {
  const { type, state, lift } = {
    isolation: {
      type: ACTIONS.isolate_network.type,
      state: 'cut off the network, but for the SSM channel',
      lift: ACTIONS.restore_network.document,
    },
    'safe-mode': {
      type: ACTIONS.enter_safe_mode.type,
      state: 'in safe mode',
      lift: ACTIONS.leave_safe_mode.document,
    },
  }[containment];
  const hosts = [...new Set(steps.flatMap(({ action, targets }) => (action === type ? targets : [])))];
  return [
    `${component} is contained, not repaired: ${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} ${state}, and stays so until a person lifts it.`,
    'Find out what happened; then lift it by',
    `\`aws ssm send-command --document-name ${lift} --instance-ids ${hosts.join(' ')} --parameters operationId=${operationId},stepId=manual-0,fence=${fence + 1},component=${component},executionTimeout=60${containment === 'safe-mode' ? ',service=<its unit>' : ''}\`.`,
  ].join(' ');
}

function messageOf(
  failure: Failure,
  operation: Operation,
  onFailure: OnFailure,
  steps: readonly StepRecord[],
  report: TargetReport | undefined,
): string {
  const denial = denialIn(failure.cause);
  const remedy = denial ? [`Grant what is missing: ${describeDenial(denial)}.`] : [];
  if (failure.error === NOT_VERIFIED) {
    return [
      'The repair was carried out and stays as it is. Nobody was permitted to look whether it held:',
      'see whether the component is healthy.',
      ...remedy,
    ].join(' ');
  }
  const state = whatIsLeft(onFailure, operation.undoSteps ?? [], steps);
  const targets = report ? [describeReport(report)].filter((text) => text !== '') : [];
  return [...state, ...targets, ...remedy, 'A human is needed.'].join(' ');
}

/** In what state the plan has left the component, by the outcomes of its steps. */
function whatIsLeft(
  onFailure: OnFailure,
  laidOut: readonly PlannedStep[],
  steps: readonly StepRecord[],
): readonly string[] {
  const undo = steps.filter((step) => stepPhase(step.stepId) === 'rollback');
  const parts = ['Healing failed.', ...undone(laidOut, undo), ...mayStillAct(steps)];
  if (onFailure === 'enter_safe_mode' && undo.some((step) => hasDone(step, 'enter_safe_mode'))) {
    parts.push('The component is in safe mode.');
  }
  if (onFailure === 'maintain_isolation' && steps.some((step) => hasDone(step, 'isolate_network'))) {
    parts.push('The host stays isolated until a human restores it.');
  }
  return parts;
}

/** Commands whose fate is not known: whatever was undone, they may do again. */
function mayStillAct(steps: readonly StepRecord[]): readonly string[] {
  const unknown = steps.filter(
    ({ stepId, outcome, commandId }) =>
      stepPhase(stepId) === 'heal' && outcome === 'UNKNOWN' && commandId !== undefined,
  );
  return unknown.map(
    ({ stepId, action, commandId, targets }) =>
      `${stepId} ${action} may still act${targets.length > 0 ? ` on ${targets.join(', ')}` : ''}: look at command ${commandId}.`,
  );
}

function undone(laidOut: readonly PlannedStep[], undo: readonly StepRecord[]): readonly string[] {
  if (undo.length === 0) return ['No undo step was taken.'];
  if (undo.every(({ outcome }) => outcome === 'SKIPPED')) return ['Rollback is switched off.'];
  const failed = undo.filter(({ outcome }) => outcome !== 'SUCCEEDED');
  const untaken = laidOut.filter(({ stepId }) => !undo.some((step) => step.stepId === stepId));
  if (failed.length + untaken.length === 0) return ['It was rolled back.'];
  const list = (names: readonly string[]) => names.join(', ');
  return [
    ...(failed.length > 0
      ? [`Undo steps did not succeed: ${list(failed.map(({ stepId, action }) => `${stepId} ${action}`))}.`]
      : []),
    ...(untaken.length > 0
      ? [
          `Undo steps were not taken: ${list(untaken.map(({ stepId, action }) => `${stepId} ${action.type}`))}.`,
        ]
      : []),
  ];
}

function hasDone({ action, outcome }: StepRecord, wanted: ActionType): boolean {
  return action === wanted && outcome === 'SUCCEEDED';
}
