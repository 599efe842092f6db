import { REPAIR_TOO_LONG } from '../operation/failure.ts';
import type { Sight, Verdict, VerificationLimits, VerificationProgress } from './verification.ts';

/** How many looks a round takes. */
export const LOOK_EVERY_MS = 2_000;
const MAXIMUM_WAIT_SECONDS = 20;

/** What one round of a verification hands to the state machine. */
export interface RoundOutcome extends VerificationProgress {
  readonly verdict: Verdict;
  readonly detail: string;
  /** The number of the next round. */
  readonly round: number;
  /** How long the state machine waits before it. */
  readonly waitSeconds: number;
}

export interface FinishedRound {
  readonly round: number;
  readonly verdict: Verdict;
  readonly progress: VerificationProgress;
  /** The last look. */
  readonly sight: Sight;
}

/** @param deadlineMs when the operation has to be over: a verification that is still waiting then has failed */
export function roundOutcome(
  { round, verdict, progress, sight }: FinishedRound,
  limits: VerificationLimits,
  deadlineMs: number,
  nowMs: number,
): RoundOutcome {
  const isOver = verdict === 'waiting' && nowMs >= deadlineMs;
  return {
    ...progress,
    verdict: isOver ? 'failed' : verdict,
    detail: isOver ? REPAIR_TOO_LONG : detailOf(verdict, sight, limits),
    round: round + 1,
    waitSeconds: waitSeconds(progress, limits, nowMs),
  };
}

/**
 * Short while the stability window runs, since nothing is observed during a wait; and no longer than the time-out
 * allows.
 */
function waitSeconds(
  { startedAtMs, goodSinceMs }: VerificationProgress,
  { timeoutSeconds }: VerificationLimits,
  nowMs: number,
): number {
  const minimum = LOOK_EVERY_MS / 1_000;
  if (goodSinceMs !== undefined) return minimum;
  const left = Math.ceil(timeoutSeconds - (nowMs - startedAtMs) / 1_000);
  return Math.min(MAXIMUM_WAIT_SECONDS, Math.max(minimum, left));
}

function detailOf(
  verdict: Verdict,
  { observation, detail }: Sight,
  { timeoutSeconds, stableSeconds }: VerificationLimits,
): string {
  if (verdict === 'recovered') return `good for ${stableSeconds} s`;
  const seen = detail === undefined ? observation : `${observation} (${detail})`;
  return verdict === 'failed'
    ? `${seen} after ${timeoutSeconds} s: it did not recover and stay good for ${stableSeconds} s`
    : `last look: ${seen}`;
}
