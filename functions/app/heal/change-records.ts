import type { ClaimKey } from '../../core/admission/records.ts';
import type { StepRecord } from '../../core/operation/operation.ts';
import type { RecordedChange } from '../../core/operation/recorded-change.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { ChangeRecords } from '../executors/action-call.ts';

/** The change of a step, in the store and as far as this try of the step knows it. */
export interface StepChange {
  /** What the action asks and keeps. What is kept, is kept with the ids of the targets: nobody may record how it ended. */
  readonly on: (targets: readonly string[]) => ChangeRecords;
  /** Of an earlier record of the step, for every later one: what is on record stays there. */
  readonly kept: () => Partial<Pick<StepRecord, 'change' | 'targets'>>;
}

/**
 * @param key the claim under which the step is carried out
 * @param step as it is recorded with its change
 * @param steps the operation's records so far
 * @param undoes the step that this one undoes
 */
export function changeOf(
  store: Pick<OperationStore, 'recordChange'>,
  key: ClaimKey,
  step: StepRecord,
  steps: readonly StepRecord[],
  undoes: Pick<StepRecord, 'change'> | undefined,
): StepChange {
  const recorded = steps.find(({ stepId, change }) => stepId === step.stepId && change !== undefined);
  let onRecord = recorded && { change: recorded.change, targets: recorded.targets };
  const known = {
    ...{ earlier: recorded?.change, sinceMs: recorded?.startedAtMs ?? step.startedAtMs },
    hasActedBefore: steps.some(
      ({ stepId, action, change }) =>
        stepId !== step.stepId && action === step.action && change !== undefined,
    ),
    undone: undoes?.change,
  };
  return {
    on: (targets) => ({
      ...known,
      keep: async (planned: RecordedChange) => {
        const change = await store.recordChange(key, { ...step, targets, change: planned });
        onRecord = change && { change, targets };
        if (change !== undefined) return change;
        throw new ServiceUnavailable(
          `${step.stepId} of operation ${step.operationId} ended or was overtaken before it changed anything: ask for its outcome`,
        );
      },
    }),
    kept: () => onRecord ?? {},
  };
}
