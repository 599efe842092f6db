import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Observation,
  observe,
  type Verdict,
  type VerificationProgress,
} from '../../../functions/core/verification/verification.ts';

const LIMITS = { timeoutSeconds: 30, stableSeconds: 10 };

/** Adds looks, each `[second, what was seen]`, until there is a verdict. */
function verdictOf(looks: readonly (readonly [number, Observation])[], limits = LIMITS) {
  let progress: VerificationProgress = { startedAtMs: 0 };
  let verdict: Verdict = 'waiting';
  let seen = 0;
  for (const [second, observation] of looks) {
    seen += 1;
    ({ verdict, progress } = observe(progress, observation, limits, second * 1_000));
    if (verdict !== 'waiting') break;
  }
  return { verdict, looks: looks.slice(0, seen) };
}

describe('a verification', () => {
  it('has recovered when it stayed good for the whole window, not earlier', () => {
    const good = (...seconds: number[]) => seconds.map((second) => [second, 'good'] as const);
    expect(verdictOf(good(0, 5, 9.9)).verdict).toBe('waiting');
    expect(verdictOf(good(0, 5, 10)).verdict).toBe('recovered');
  });

  it('restarts the window after a look that is not good', () => {
    const looks = [
      [0, 'good'],
      [8, 'bad'],
      [9, 'good'],
      [18, 'good'],
    ] as const;
    expect(verdictOf(looks).verdict).toBe('waiting');
    expect(verdictOf([...looks, [19, 'good']]).verdict).toBe('recovered');
  });

  it.each(['bad', 'no-answer'] as const)('fails when the time-out passes with %s', (observation) => {
    expect(verdictOf([[29.9, observation]]).verdict).toBe('waiting');
    expect(verdictOf([[30, observation]]).verdict).toBe('failed');
  });

  it('a verification that became good in time may end its window after the time-out', () => {
    expect(
      verdictOf([
        [29, 'good'],
        [39, 'good'],
      ]).verdict,
    ).toBe('recovered');
    expect(
      verdictOf([
        [29, 'good'],
        [35, 'no-answer'],
      ]).verdict,
    ).toBe('failed');
  });

  it('invariant 7: recovered implies that every look of the last stability window was good, over all of it', () => {
    const step = fc.tuple(
      fc.integer({ min: 1, max: 15 }),
      fc.constantFrom<Observation>('good', 'good', 'good', 'bad', 'no-answer'),
    );
    const limits = fc.record({
      timeoutSeconds: fc.integer({ min: 1, max: 60 }),
      stableSeconds: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), limits, (steps, { timeoutSeconds, stableSeconds }) => {
        let second = 0;
        const all = steps.map(([wait, seen]) => {
          second += wait;
          return [second, seen] as const;
        });
        const { verdict, looks } = verdictOf(all, { timeoutSeconds, stableSeconds });
        fc.pre(verdict === 'recovered');
        const end = looks.at(-1)?.[0] ?? 0;
        const window = looks.filter(([at]) => at >= end - stableSeconds);
        const before = looks.slice(0, looks.length - window.length);
        const since = looks.findLastIndex(([, seen]) => seen !== 'good') + 1;
        expect(window.every(([, seen]) => seen === 'good')).toBe(true);
        expect(end - (looks[since]?.[0] ?? end)).toBeGreaterThanOrEqual(stableSeconds);
        expect(before.length + window.length).toBe(looks.length);
      }),
    );
  });

  it('a verification that never gets a good answer always ends', () => {
    const seen = fc.array(fc.constantFrom<Observation>('bad', 'no-answer'), { minLength: 31 });
    fc.assert(
      fc.property(seen, (observations) => {
        expect(verdictOf(observations.map((what, second) => [second, what])).verdict).toBe('failed');
      }),
    );
  });
});
