import { denialIn } from '../denial.ts';
import { type StepOutcome, type StepRecord, stepPhase } from './operation.ts';

/** How the task of a step that is over ends. */
export type TaskAnswer =
  | { readonly kind: 'succeed'; readonly output: unknown }
  | { readonly kind: 'fail'; readonly error: string; readonly cause: string };

/** @returns `undefined` for a step that no task waits for */
export function taskAnswer(step: StepRecord & { readonly outcome: StepOutcome }): TaskAnswer | undefined {
  const { stepId, action, outcome, onError, failsAs = 'ActionFailed', detail = '' } = step;
  const succeeded = outcome === 'SUCCEEDED' || outcome === 'SKIPPED';
  switch (stepPhase(stepId)) {
    case 'verify':
      // A verification that lacked a permission has shown nothing, neither good nor bad.
      return outcome === 'UNKNOWN' && denialIn(detail)
        ? { kind: 'fail', error: 'NotPermitted', cause: detail }
        : { kind: 'succeed', output: { verdict: succeeded ? 'recovered' : 'failed', detail } };
    case 'heal':
    case 'rollback':
      return succeeded || onError === 'continue'
        ? { kind: 'succeed', output: { stepId, action, outcome } }
        : { kind: 'fail', error: failsAs, cause: `${stepId} ${action} ${outcome}: ${detail}` };
    default:
      return undefined;
  }
}
