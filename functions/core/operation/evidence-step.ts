import type { ActionReference } from '../actions/action-reference.ts';
import type { Operation, StepId, StepOutcome, StepRecord } from './operation.ts';

/** What was found out about an operation after its end. */
export interface FoundEvidence {
  readonly outcome: StepOutcome;
  /** A line for each finding. */
  readonly detail: string;
  readonly nowMs: number;
  readonly targets?: readonly string[];
  readonly reference?: ActionReference;
}

/** The record of a step that keeps evidence: its outcome is its first record, since nothing waits for it. */
export function evidenceStep(
  { operationId, component }: Pick<Operation, 'operationId' | 'component'>,
  stepId: StepId,
  action: string,
  { nowMs, ...found }: FoundEvidence,
): StepRecord & Required<Pick<StepRecord, 'outcome' | 'completedAtMs'>> {
  return {
    ...{ operationId, stepId, component, action, onError: 'continue' },
    startedAtMs: nowMs,
    completedAtMs: nowMs,
    targets: [],
    ...found,
  };
}
