import type { ClaimKey } from '../../core/admission/records.ts';
import type { StepId, StepRecord } from '../../core/operation/operation.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { frozen } from './frozen.ts';

type Steps = Pick<
  OperationStore,
  'recordStep' | 'recordChange' | 'recordOutcome' | 'recordOwnOutcome' | 'getStep' | 'listSteps'
>;

/**
 * Steps of operations in memory.
 *
 * @param isOvertaken whether the claim is another's by now, or the part of the operation that has the step is given up
 */
export function createSteps(isOvertaken: (key: ClaimKey, stepId: StepId) => boolean): Steps {
  const stepsOf = new Map<string, Map<StepId, StepRecord>>();

  function putStep(step: StepRecord): boolean {
    const steps = stepsOf.get(step.operationId) ?? new Map<StepId, StepRecord>();
    const earlier = steps.get(step.stepId);
    if (earlier?.outcome !== undefined) return false;
    // What another try of the step was to change stays on record.
    if (earlier?.change !== undefined && step.change === undefined) return false;
    stepsOf.set(step.operationId, steps.set(step.stepId, frozen(step)));
    return true;
  }

  return {
    recordStep: async (step) => putStep(step),

    recordChange: async (key, step) => {
      if (isOvertaken(key, step.stepId)) return undefined;
      const earlier = stepsOf.get(step.operationId)?.get(step.stepId);
      if (earlier?.change === undefined) return putStep(step) ? step.change : undefined;
      return earlier.outcome === undefined ? earlier.change : undefined;
    },

    recordOutcome: async (step) => putStep(step),

    recordOwnOutcome: async (key, step) => !isOvertaken(key, step.stepId) && putStep(step),

    getStep: async (operationId, stepId) => stepsOf.get(operationId)?.get(stepId),

    listSteps: async (operationId) =>
      [...(stepsOf.get(operationId)?.values() ?? [])].sort((a, b) => a.startedAtMs - b.startedAtMs),
  };
}
