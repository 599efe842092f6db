import { type ActionReference, describeReference } from '../actions/action-reference.ts';
import type { Claim, PendingStep } from '../admission/records.ts';
import { type Failure, type Operation, type StepId, type StepRecord, stepPhase } from './operation.ts';
import type { OperationPlan } from './operation-plan.ts';

/** A heal step whose action may be under way. */
export interface MayAct {
  readonly stepId: StepId;
  /** Missing where it never got on record: its executor can look for it. */
  readonly reference?: ActionReference;
}

/** A step whose action could neither be cancelled nor seen to have ended: it may still act. */
export interface StillActing extends MayAct {
  readonly problem: string;
}

/**
 * The heal steps of an operation whose action may be under way. One that nobody saw end counts, whatever its step was
 * recorded as.
 *
 * @param pending the step that began last, on record or not
 */
export function mayAct(steps: readonly StepRecord[], pending: StepId | undefined): readonly MayAct[] {
  const heals = steps.filter(({ stepId }) => stepPhase(stepId) === 'heal');
  const isUnrecorded =
    pending !== undefined && stepPhase(pending) === 'heal' && !heals.some(({ stepId }) => stepId === pending);
  const recorded = heals.filter(({ outcome, reference }) => {
    if (outcome === 'SUCCEEDED' || outcome === 'SKIPPED') return false;
    return (
      reference === undefined || outcome === undefined || outcome === 'TIMED_OUT' || outcome === 'UNKNOWN'
    );
  });
  return [
    ...recorded.map(({ stepId, reference }) => ({ stepId, ...(reference && { reference }) })),
    ...(isUnrecorded ? [{ stepId: pending }] : []),
  ];
}

/** SSM's own grace: a command may take its time-out to be fetched, but at least 30 s, and as long again to run. */
const MINIMUM_DELIVERY_MS = 30_000;
const GRACE_MS = 15_000;

/** Until when the steps given may act, epoch milliseconds: by then SSM has ended their commands by its own time-outs. */
export function lastActMs(
  acting: readonly MayAct[],
  { startedAtMs }: Pick<Operation, 'startedAtMs'>,
  { strategy }: OperationPlan,
  steps: readonly StepRecord[],
  pending: Pick<PendingStep, 'stepId' | 'startedAtMs'> | undefined,
): number {
  const longestMs = Math.max(...strategy.actions.map(({ timeoutSeconds }) => timeoutSeconds)) * 1_000;
  const begunAtMs = (stepId: StepId) =>
    Math.max(
      steps.find((step) => step.stepId === stepId)?.startedAtMs ?? startedAtMs,
      pending?.stepId === stepId ? pending.startedAtMs : 0,
    );
  const lastsMs = longestMs + Math.max(longestMs, MINIMUM_DELIVERY_MS) + GRACE_MS;
  return Math.max(0, ...acting.map(({ stepId }) => begunAtMs(stepId) + lastsMs));
}

/** How long a function that begins an action may run, seconds. */
export const BEGIN_SECONDS = 60;
/** How long SSM may take until it lists a command that it has accepted. */
const LISTED_MS = 5_000;

/**
 * The repair step that may yet begin, and until when, epoch milliseconds. Once an operation has been taken over from its
 * execution, a function that was invoked before may still be about to begin an action. Nobody finds that action before.
 */
export function yetToBegin(
  { fence }: Pick<Operation, 'fence'>,
  claim: Claim | undefined,
  steps: readonly StepRecord[],
): { readonly stepId: StepId; readonly untilMs: number } | undefined {
  if (claim?.step === undefined || claim.fence === fence) return undefined;
  const { stepId, startedAtMs } = claim.step;
  const record = steps.find((step) => step.stepId === stepId);
  const isKnown = record?.reference !== undefined || record?.outcome !== undefined;
  if (stepPhase(stepId) !== 'heal' || isKnown) return undefined;
  return { stepId, untilMs: startedAtMs + BEGIN_SECONDS * 1_000 + LISTED_MS };
}

/** The failure, with the actions that may still change something, if there are any. */
export function withStillActing(failure: Failure, acting: readonly StillActing[]): Failure {
  if (acting.length === 0) return failure;
  const { error, cause } = failure;
  return { error, cause: `${cause}. May still act: ${describeStillActing(acting)}` };
}

export function describeStillActing(acting: readonly StillActing[]): string {
  return acting
    .map(
      ({ stepId, reference, problem }) =>
        `${stepId} (${reference ? describeReference(reference) : 'not on record'}): ${problem}`,
    )
    .join('; ');
}
