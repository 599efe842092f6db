import { evidenceStep, type FoundEvidence } from './evidence-step.ts';
import type { Operation, StepId } from './operation.ts';

/** The step of a failed operation that keeps what the kernel showed afterwards: it keeps no configuration. */
export const KERNEL_LOOK_STEP: StepId = 'keep-0';

/** The record of that step. */
export function kernelLookStep(
  operation: Pick<Operation, 'operationId' | 'component'>,
  found: FoundEvidence,
): ReturnType<typeof evidenceStep> {
  return evidenceStep(operation, KERNEL_LOOK_STEP, 'look_at_kernel', found);
}
