/**
 * Ids of read-only looks, in place of a step's. Their events complete no task, and no record is kept of them. Each id is
 * used once, because a host answers a repetition with what it found the first time.
 */
export type LookId = `look-${number}`;

const TRIES = 100;
const OF_VERIFICATION = 500_000;
const LOOKS_PER_ROUND = 100;
const OF_STANDING_ISOLATION = 900_000;
const HOUR_MS = 3_600_000;
/** Eleven years of hours. */
const HOURS = 100_000;

/** The look before the batches are laid out. */
export const LAYOUT_LOOK: LookId = 'look-0';

/** The look before a batch begins. */
export function gateLookId(batch: number, attempt: number): LookId {
  return `look-${(batch + 1) * TRIES + Math.min(attempt, TRIES - 1)}`;
}

/** A look of the verification. */
export function verificationLookId(round: number, look: number): LookId {
  return `look-${OF_VERIFICATION + round * LOOKS_PER_ROUND + look}`;
}

/** A look at what an operation has left isolated; there is one in an hour at most. */
export function standingLookId(nowMs: number): LookId {
  return `look-${OF_STANDING_ISOLATION + (Math.floor(nowMs / HOUR_MS) % HOURS)}`;
}
