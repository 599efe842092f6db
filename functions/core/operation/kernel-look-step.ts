import type { ActionReference } from '../actions/action-reference.ts';
import type { Operation, StepId, StepOutcome, StepRecord } from './operation.ts';

/** The step of a failed operation that keeps what the kernel showed afterwards: it keeps no configuration. */
export const KERNEL_LOOK_STEP: StepId = 'keep-0';

/** The record of that step: its outcome is its first record, since nothing waits for it. */
export function kernelLookStep(
  { operationId, component }: Pick<Operation, 'operationId' | 'component'>,
  {
    nowMs,
    ...found
  }: {
    readonly outcome: StepOutcome;
    readonly detail: string;
    readonly nowMs: number;
    readonly targets?: readonly string[];
    readonly reference?: ActionReference;
  },
): StepRecord & Required<Pick<StepRecord, 'outcome' | 'completedAtMs'>> {
  return {
    operationId,
    stepId: KERNEL_LOOK_STEP,
    component,
    action: 'look_at_kernel',
    onError: 'continue',
    startedAtMs: nowMs,
    completedAtMs: nowMs,
    targets: [],
    ...found,
  };
}
