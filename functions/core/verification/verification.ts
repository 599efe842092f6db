/** The longest time-out and stability window, for every way to verify. */
export const MAXIMUM_TIMEOUT_SECONDS = 900;
export const MAXIMUM_STABLE_SECONDS = 3_600;

/** Where to look for whether a repair held. */
export const VERIFIERS = ['endpoint', 'alarm', 'runbook', 'resource'] as const;
export type Verifier = (typeof VERIFIERS)[number];

/** What one look at the independent signal said. No answer is not a good answer. */
export type Observation = 'good' | 'bad' | 'no-answer';

/** What one look said, and what it saw. */
export interface Sight {
  readonly observation: Observation;
  /** For people. @default the observation is conclusive */
  readonly detail?: string;
}

/** How far a verification has come. Times are epoch milliseconds. */
export interface VerificationProgress {
  readonly startedAtMs: number;
  /** Since when every look was good. */
  readonly goodSinceMs?: number;
}

export interface VerificationLimits {
  readonly timeoutSeconds: number;
  readonly stableSeconds: number;
}

export type Verdict = 'recovered' | 'waiting' | 'failed';

/**
 * Adds one look. It must become good within the time-out and then stay good for the whole stability window; a look that
 * is not good starts the window again, as long as the time-out allows it.
 */
export function observe(
  progress: VerificationProgress,
  observation: Observation,
  limits: VerificationLimits,
  nowMs: number,
): { readonly verdict: Verdict; readonly progress: VerificationProgress } {
  const { startedAtMs } = progress;
  if (observation === 'good') {
    const goodSinceMs = progress.goodSinceMs ?? nowMs;
    const held = nowMs - goodSinceMs >= limits.stableSeconds * 1_000;
    return { verdict: held ? 'recovered' : 'waiting', progress: { startedAtMs, goodSinceMs } };
  }
  const late = nowMs - startedAtMs >= limits.timeoutSeconds * 1_000;
  return { verdict: late ? 'failed' : 'waiting', progress: { startedAtMs } };
}
