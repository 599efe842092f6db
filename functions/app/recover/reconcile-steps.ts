import type { Claim } from '../../core/admission/records.ts';
import type { Clock } from '../../ports/clock.ts';
import type { UserFunctions } from '../../ports/user-functions.ts';
import { inParallel, rotated } from '../in-parallel.ts';
import { type ReconcileStepDeps, reconcileStep } from './reconcile-step.ts';
import type { Round } from './round.ts';

/** Functions of the user's may each take 30 s over one step, and the whole round has 55 s. */
const STEPS_AT_A_TIME = 10;
/** No further step has its function asked later in a round, so that what follows has its time even if none answers. */
const ASKING_MS = 20_000;

/** What a step needs was not asked for in this round. */
class RoundTooLong extends Error {
  override readonly name = 'RoundTooLong';
  readonly code = 'ROUND_TOO_LONG';
}

/**
 * Looks after the steps of all claims. Functions that do not answer cost the round a bounded time, and those that are
 * not asked in it come earlier in another.
 */
export async function reconcileSteps(
  deps: ReconcileStepDeps,
  claims: readonly (Claim & { readonly component: string })[],
  round: Round,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  await inParallel(rotated(claims, nowMs), STEPS_AT_A_TIME, async (claim) => {
    const functions = firstAskedUntil(deps.functions, deps.clock, nowMs + ASKING_MS);
    await round.attempt(`step of ${claim.operationId}`, () => reconcileStep({ ...deps, functions }, claim));
  });
}

/**
 * The same for one step, if it is asked first before that time; if not, `RoundTooLong` is thrown. Once asked, it may be
 * asked again: a step that is over can only end after its function was asked to cancel it, too.
 */
function firstAskedUntil(
  functions: Pick<UserFunctions, 'ask'>,
  clock: Clock,
  untilMs: number,
): Pick<UserFunctions, 'ask'> {
  let isAsked = false;
  return {
    ask: async (name, look, timeoutSeconds) => {
      if (!isAsked && clock.nowMs() >= untilMs)
        throw new RoundTooLong(`${name} is asked in a later round: others took too long to answer`);
      isAsked = true;
      return await functions.ask(name, look, timeoutSeconds);
    },
  };
}
