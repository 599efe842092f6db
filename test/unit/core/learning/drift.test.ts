import { describe, expect, it } from 'vitest';
import { type Drift, driftsOf } from '../../../../functions/core/learning/drift.ts';
import type { JudgedOperation, LearnedOutcome } from '../../../../functions/core/learning/outcome.ts';
import type { Pattern } from '../../../../functions/core/learning/pattern.ts';
import { momentAt, ranOperation } from '../../../factories/report/records.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 100 * DAY_MS;
const HALF_LIFE_DAYS = 14;

const repeated = <Value>(times: number, value: Value) => Array.from({ length: times }, () => value);

function pattern(cause: string, more: Partial<Pattern> = {}): Pattern {
  return {
    ...{ cause, kind: 'host', strategyId: 'restart', outcomes: {}, samples: 0 },
    ...{ firstUsedMs: 0, lastUsedMs: NOW_MS, history: [], ...more },
  };
}

function ran(times: number, cause: string, outcome: LearnedOutcome = 'LASTING'): readonly JudgedOperation[] {
  const operation = ranOperation({ component: 'web', raised: 0, ended: 40, cause });
  return repeated(times, { operation: { ...operation, completedAtMs: momentAt(40) }, outcome });
}

const drifts = (patterns: readonly Pattern[], operations: readonly JudgedOperation[] = []) =>
  driftsOf(patterns, operations, { halfLifeDays: HALF_LIFE_DAYS }, NOW_MS);

/** Without the figures of the test: those are checked where it is. */
const said = (found: readonly Drift[]) => found.map(({ p: _, slope: __, ...drift }) => drift);

describe('falling success', () => {
  const of = (earlier: readonly boolean[], last: readonly boolean[]) =>
    drifts([pattern('leak', { history: [...earlier, ...last] })]);

  it('is said with the pattern, both rates and what to do', () => {
    const [drift] = of(repeated(5, true), repeated(10, false));
    expect(said(drift ? [drift] : [])).toEqual([
      {
        kind: 'FALLING_SUCCESS',
        severity: 'HIGH',
        patterns: ['restart · host · leak'],
        detail: '0 of the last 10 repairs lasted, 5 of 5 before',
        recommendation:
          'find out what changed; then `selfheal learned reset --pattern` forgets what no longer holds',
      },
    ]);
    // One in C(15, 5) ways to draw five successes of fifteen.
    expect(drift?.p).toBeCloseTo(1 / 3_003, 12);
    expect(drift?.slope).toBe(0);
  });

  it('is not so severe where chance is only unlikely', () => {
    const [drift] = of(repeated(5, true), [true, true, ...repeated(8, false)]);
    // Of 15 with 7 good, ten that have at most two: C(7, 2) × C(8, 8) / C(15, 10).
    expect(drift?.p).toBeCloseTo(21 / 3_003, 12);
    expect(drift?.severity).toBe('MEDIUM');
    expect(drift?.slope).toBeCloseTo(-8 / 82.5, 12);
  });

  it('needs ten outcomes, and five before them', () => {
    expect(of(repeated(4, true), repeated(10, false))).toEqual([]);
    expect(of([], repeated(9, false))).toEqual([]);
    expect(of(repeated(5, true), repeated(10, true))).toEqual([]);
  });
});

describe('too many patterns', () => {
  const many = (count: number) => drifts(Array.from({ length: count }, (_, index) => pattern(`c${index}`)));

  it('are more than 20', () => {
    expect(many(20)).toEqual([]);
    expect(many(21)).toEqual([
      {
        kind: 'TOO_MANY_PATTERNS',
        severity: 'HIGH',
        patterns: [],
        detail: '21 patterns share the evidence, more than 20',
        recommendation: 'merge strategies that do the same, or give alerts fewer error types',
      },
    ]);
  });
});

describe('stale patterns', () => {
  const of = (stale: number, fresh: number, idleMs = HALF_LIFE_DAYS * DAY_MS + 1) =>
    drifts([
      ...Array.from({ length: stale }, (_, index) => pattern(`s${index}`, { lastUsedMs: NOW_MS - idleMs })),
      ...Array.from({ length: fresh }, (_, index) => pattern(`f${index}`)),
    ]);

  it('are more than four fifths that were not used within a half-life', () => {
    expect(of(4, 1)).toEqual([]);
    expect(of(5, 1, HALF_LIFE_DAYS * DAY_MS)).toEqual([]);
    expect(of(0, 0)).toEqual([]);
    expect(of(5, 1)).toEqual([
      {
        kind: 'STALE_PATTERNS',
        severity: 'MEDIUM',
        patterns: [0, 1, 2, 3, 4].map((index) => `restart · host · s${index}`),
        detail: '5 of 6 patterns were not used within a half-life',
        recommendation: '`selfheal learned refresh` forgets them',
      },
    ]);
  });
});

describe('a shifted mix', () => {
  const mix = (disk: number, leaks: number) => [...ran(disk, 'disk full'), ...ran(leaks, 'leak')];

  it('is said with the cause that is more frequent now', () => {
    expect(said(drifts([], [...mix(2, 18), ...mix(12, 8)]))).toEqual([
      {
        kind: 'SHIFTED_MIX',
        severity: 'MEDIUM',
        patterns: [],
        detail: 'disk full: 12 of the last 20 operations, 2 of 20 before',
        recommendation: 'a higher settings.learning.learningRate follows the change sooner',
      },
    ]);
  });

  it('is said with how likely it is by chance', () => {
    const [drift] = drifts([], [...mix(0, 20), ...mix(8, 12)]);
    // Of 40 with 8 full disks, 20 that have them all: C(20, 8) of C(40, 8).
    expect(drift?.p).toBeCloseTo(125_970 / 76_904_685, 12);
  });

  it('is said of each cause, in alphabetical order', () => {
    const earlier = ran(20, 'pool exhausted');
    const last = [...ran(10, 'leak'), ...ran(10, 'disk full')];
    expect(drifts([], [...earlier, ...last]).map(({ detail }) => detail)).toEqual([
      'disk full: 10 of the last 20 operations, 0 of 20 before',
      'leak: 10 of the last 20 operations, 0 of 20 before',
    ]);
  });

  it('needs 20 operations, and 20 before them', () => {
    expect(drifts([], [...mix(0, 19), ...mix(20, 0)])).toEqual([]);
    expect(drifts([], [...mix(0, 20), ...mix(20, 0)])).toHaveLength(1);
  });

  it('does not count what decides nothing', () => {
    expect(drifts([], [...mix(0, 20), ...mix(20, 0), ...ran(20, 'leak', 'INCONCLUSIVE')])).toHaveLength(1);
    expect(drifts([], [...ran(20, 'leak', 'PENDING'), ...mix(20, 0)])).toEqual([]);
  });

  it('is not called one where as many tests as there are causes would find it by chance', () => {
    // By itself unlikely enough for one test (p = 0.0098), and not for one of two.
    expect(drifts([], [...mix(1, 19), ...mix(8, 12)])).toEqual([]);
  });
});
