import { counted } from '../report/outcome.ts';
import { fisherLower, slope } from '../statistics/fisher.ts';
import { isConclusive, type JudgedOperation } from './outcome.ts';
import { type Pattern, patternKey } from './pattern.ts';
import type { LearningSettings } from './settings.ts';

const DAY_MS = 86_400_000;
const LAST = 10;
/** As many before them, at least: fewer prove nothing. */
const EARLIER_AT_LEAST = 5;
const ALPHA = 0.01;
const MANY_PATTERNS = 20;
const STALE_SHARE = 0.8;
const MIXED = 20;

export const DRIFT_KINDS = ['FALLING_SUCCESS', 'TOO_MANY_PATTERNS', 'STALE_PATTERNS', 'SHIFTED_MIX'] as const;

/** A sign that what was learned no longer holds. */
export interface Drift {
  readonly kind: (typeof DRIFT_KINDS)[number];
  readonly severity: 'LOW' | 'MEDIUM' | 'HIGH';
  /** Keys of the patterns that it concerns; empty for all. */
  readonly patterns: readonly string[];
  readonly detail: string;
  /** What `selfheal learned` offers, or a setting to change. */
  readonly recommendation: string;
  /** How likely it is by chance, where a test says so. */
  readonly p?: number;
  /** Of the last outcomes: change of the success rate per operation. It misleads by itself. */
  readonly slope?: number;
}

export function driftsOf(
  patterns: readonly Pattern[],
  operations: readonly JudgedOperation[],
  { halfLifeDays }: Pick<LearningSettings, 'halfLifeDays'>,
  nowMs: number,
): readonly Drift[] {
  return [
    ...patterns.flatMap((pattern) => fallingSuccess(pattern) ?? []),
    ...(tooMany(patterns) ?? []),
    ...(stale(patterns, halfLifeDays, nowMs) ?? []),
    ...shiftedMix(operations),
  ];
}

function fallingSuccess(pattern: Pattern): Drift | undefined {
  const last = pattern.history.slice(-LAST);
  const earlier = pattern.history.slice(0, -LAST);
  if (earlier.length < EARLIER_AT_LEAST) return undefined;
  const [now, before] = [tried(last), tried(earlier)];
  const p = fisherLower(now, before);
  if (p >= ALPHA) return undefined;
  return {
    kind: 'FALLING_SUCCESS',
    severity: p < ALPHA / 10 ? 'HIGH' : 'MEDIUM',
    patterns: [patternKey(pattern)],
    detail: `${now.successes} of the last ${now.trials} repairs lasted, ${before.successes} of ${before.trials} before`,
    recommendation:
      'find out what changed; then `selfheal learned reset --pattern` forgets what no longer holds',
    p,
    slope: slope(last.map(Number)),
  };
}

function tried(history: readonly boolean[]): { readonly successes: number; readonly trials: number } {
  return { successes: history.filter(Boolean).length, trials: history.length };
}

function tooMany(patterns: readonly Pattern[]): readonly Drift[] | undefined {
  if (patterns.length <= MANY_PATTERNS) return undefined;
  return [
    {
      kind: 'TOO_MANY_PATTERNS',
      severity: 'HIGH',
      patterns: [],
      detail: `${patterns.length} patterns share the evidence, more than ${MANY_PATTERNS}`,
      recommendation: 'merge strategies that do the same, or give alerts fewer error types',
    },
  ];
}

function stale(
  patterns: readonly Pattern[],
  halfLifeDays: number,
  nowMs: number,
): readonly Drift[] | undefined {
  const unused = patterns.filter(({ lastUsedMs }) => nowMs - lastUsedMs > halfLifeDays * DAY_MS);
  if (unused.length <= STALE_SHARE * patterns.length) return undefined;
  return [
    {
      kind: 'STALE_PATTERNS',
      severity: 'MEDIUM',
      patterns: unused.map(patternKey),
      detail: `${unused.length} of ${patterns.length} patterns were not used within a half-life`,
      recommendation: '`selfheal learned refresh` forgets them',
    },
  ];
}

/** Causes that are much more frequent among the last operations than before. */
function shiftedMix(operations: readonly JudgedOperation[]): readonly Drift[] {
  const causes = operations
    .filter(({ outcome }) => isConclusive(outcome))
    .map(({ operation }) => operation.diagnosis.rootCause);
  const [last, earlier] = [causes.slice(-MIXED), causes.slice(0, -MIXED)];
  if (earlier.length < MIXED) return [];
  const [now, before] = [counted(last), counted(earlier)];
  const names = [...new Set(causes)].sort();
  return names.flatMap((cause) => {
    const [recent, former] = [now[cause] ?? 0, before[cause] ?? 0];
    // Others are rarer now: the same as that this one is more frequent.
    const p = fisherLower(
      { successes: last.length - recent, trials: last.length },
      { successes: earlier.length - former, trials: earlier.length },
    );
    // As many tests as there are causes.
    if (p >= ALPHA / names.length) return [];
    return [
      {
        kind: 'SHIFTED_MIX',
        severity: 'MEDIUM',
        patterns: [],
        detail: `${cause}: ${recent} of the last ${last.length} operations, ${former} of ${earlier.length} before`,
        recommendation: 'a higher settings.learning.learningRate follows the change sooner',
        p,
      } satisfies Drift,
    ];
  });
}
