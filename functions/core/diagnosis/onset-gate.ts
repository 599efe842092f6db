import { baselineAt, type Sample, usualOf } from './excess.ts';

/** A window as bad as this or worse was seen in this share of normal operation at most. */
const UNUSUAL = 0.04;

/** Windows overlap: fewer than this are too few independent ones to tell what is unusual. */
const WINDOWS_AT_LEAST = 100;

/** The target's samples. */
export interface TargetHistory {
  /** Normal operation. */
  readonly history: readonly Sample[];
  /** Just before the onset. */
  readonly before: readonly Sample[];
  /** Since the onset. */
  readonly during: readonly (Sample | undefined)[];
}

export interface OnsetGate {
  /** How often normal operation looks at least as bad, 0 to 1. */
  readonly probability: number;
  readonly isUnusual: boolean;
}

/**
 * Whether something is wrong at the target at all: by how much its two worst periods are above what is usual, compared
 * with every window of the same length in its history. `undefined` if the history is too short to tell.
 */
export function onsetGate({ history, before, during }: TargetHistory): OnsetGate | undefined {
  const usual = usualOf(history);
  if (!usual) return undefined;
  const badness = worstTwo(during) - baselineAt(usual, before).level;
  const length = before.length + during.length;
  const windows = Math.max(0, history.length - length + 1);
  if (windows < WINDOWS_AT_LEAST) return undefined;
  let asBad = 0;
  for (let start = 0; start < windows; start += 1) {
    const onset = start + before.length;
    const { level } = baselineAt(usual, history.slice(start, onset));
    if (Math.max(0, worstTwo(history.slice(onset, start + length)) - level) >= badness) asBad += 1;
  }
  const probability = (1 + asBad) / (1 + windows);
  return { probability, isUnusual: probability <= UNUSUAL };
}

/** The mean of the two highest values; of the only one; of none, less than anything. */
function worstTwo(samples: readonly (Sample | undefined)[]): number {
  let worst = Number.NEGATIVE_INFINITY;
  let second = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    const value = sample?.value ?? Number.NEGATIVE_INFINITY;
    if (value > worst) [worst, second] = [value, worst];
    else if (value > second) second = value;
  }
  return second === Number.NEGATIVE_INFINITY ? worst : (worst + second) / 2;
}
