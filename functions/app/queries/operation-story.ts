import { type Containment, containmentOf } from '../../core/operation/containment.ts';
import { containedMessage } from '../../core/operation/escalation-message.ts';
import { healStep } from '../../core/operation/heal-steps.ts';
import {
  hasEnded,
  type Operation,
  type StepId,
  type StepRecord,
  stepNumber,
  stepPhase,
} from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

/** A step that was begun: its outcome, or what it is waited for. */
export interface StoryStep {
  readonly stepId: StepId;
  /** Absent if neither a record nor the plan has it; verification is no action. */
  readonly action?: string;
  /** Absent for a step that has no record yet, such as the verification. */
  readonly record?: StepRecord;
  /** Whether the operation waits for it now. */
  readonly isPending: boolean;
  readonly startedAtMs: number;
  /** When it should have ended, if it is pending. */
  readonly deadlineMs?: number;
}

/** Everything on record about one operation. */
export interface OperationStory {
  readonly operation: Operation;
  /** The strategy and component that it was admitted under; absent if its record is gone. */
  readonly plan?: OperationPlan;
  /** In the order in which they began. */
  readonly steps: readonly StoryStep[];
  /** What is contained, and the command that lifts it. */
  readonly containment?: { readonly kind: Containment; readonly message: string };
}

export interface OperationStoryDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps' | 'getClaim'>;
}

/** @returns `undefined` if there is no such operation */
export async function operationStory(
  { store }: OperationStoryDeps,
  operationId: string,
): Promise<OperationStory | undefined> {
  const operation = await store.getOperation(operationId);
  if (!operation) return undefined;
  const [plan, records, claim] = await Promise.all([
    store.getPlan(operation.planId),
    store.listSteps(operationId),
    hasEnded(operation) ? undefined : store.getClaim(operation.component),
  ]);
  const pending = claim?.operationId === operationId ? claim.step : undefined;
  const recorded = records.map((record) => ({
    stepId: record.stepId,
    action: record.action,
    record,
    isPending: record.outcome === undefined && record.stepId === pending?.stepId,
    startedAtMs: record.startedAtMs,
    ...(record.outcome === undefined &&
      record.stepId === pending?.stepId && { deadlineMs: pending.deadlineMs }),
  }));
  const unrecorded =
    pending && !records.some(({ stepId }) => stepId === pending.stepId)
      ? [
          {
            stepId: pending.stepId,
            ...actionOf(pending.stepId, operation, plan),
            isPending: true,
            startedAtMs: pending.startedAtMs,
            deadlineMs: pending.deadlineMs,
          },
        ]
      : [];
  const containment = containmentIn(operation, plan, records);
  return {
    operation,
    ...(plan && { plan }),
    steps: [...recorded, ...unrecorded].toSorted(inOrder),
    ...(containment && { containment }),
  };
}

/** What a step does that was begun and has no record yet. */
function actionOf(
  stepId: StepId,
  operation: Operation,
  plan: OperationPlan | undefined,
): Pick<StoryStep, 'action'> {
  const undo = operation.undoSteps?.find((step) => step.stepId === stepId);
  const action = undo?.action ?? (plan && healStep(plan.strategy, operation, stepId)?.action);
  return action ? { action: action.type } : {};
}

function containmentIn(
  operation: Operation,
  plan: OperationPlan | undefined,
  steps: readonly StepRecord[],
): OperationStory['containment'] {
  if (operation.result !== 'CONTAINED' || !plan) return undefined;
  const { actions } = plan.strategy;
  const kind = containmentOf(actions);
  return kind && { kind, message: containedMessage(operation, kind, steps, actions) };
}

const PHASES = ['heal', 'verify', 'rollback', 'keep', 'escalate'];

/** By time; steps of the same millisecond as their ids have it. */
function inOrder(one: StoryStep, other: StoryStep): number {
  return (
    one.startedAtMs - other.startedAtMs ||
    PHASES.indexOf(stepPhase(one.stepId)) - PHASES.indexOf(stepPhase(other.stepId)) ||
    stepNumber(one.stepId) - stepNumber(other.stepId)
  );
}
