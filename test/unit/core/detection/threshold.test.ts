import { describe, expect, it } from 'vitest';
import { type ThresholdOptions, threshold } from '../../../../functions/core/detection/threshold.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const PERIOD_MS = 60_000;

/** The scores of values that come once a minute. */
function scoresOf(options: Partial<ThresholdOptions>, ...values: readonly number[]) {
  const all = { ...threshold.defaults, ...options };
  const memory = threshold.start(all);
  return values.map((value, row) =>
    threshold.observe(memory, { atMs: NOON + row * PERIOD_MS, periodMs: PERIOD_MS, value }, all),
  );
}
const scores = (...of: Parameters<typeof scoresOf>) => scoresOf(...of).map((one) => one?.score);

describe('a threshold', () => {
  const once = { warning: 10, critical: 20, dataPoints: 1 };

  it('is reached by a value at it, and expects the level that counts', () => {
    expect(scoresOf(once, 9, 10, 19, 20)).toEqual([
      { score: 0, expected: 10 },
      { score: 1, expected: 10 },
      { score: 1, expected: 10 },
      { score: 2, expected: 20 },
    ]);
  });

  it('is reached from above, where little is bad', () => {
    expect(scores({ ...once, warning: 20, critical: 10, sign: -1 }, 21, 20, 11, 10)).toEqual([0, 1, 1, 2]);
  });

  it('counts as many values in a row, at its beginning and at its end', () => {
    const twice = { ...once, dataPoints: 2 };
    expect(scores(twice, 10, 9, 10, 10, 9, 10, 9, 9)).toEqual([0, 0, 0, 1, 1, 1, 1, 0]);
    expect(scores(twice, 20, 20, 10, 20, 10, 10, 9, 9)).toEqual([0, 2, 2, 2, 2, 1, 1, 0]);
  });

  it('is of one level alone, where only one is set', () => {
    expect(scoresOf({ critical: 20, dataPoints: 1 }, 19, 20)).toEqual([
      { score: 0, expected: 20 },
      { score: 2, expected: 20 },
    ]);
    expect(scores({ warning: 10, dataPoints: 1 }, 9, 1_000)).toEqual([0, 1]);
  });

  it('is critical once a warning has lasted, from its first value on', () => {
    const lasting = { ...once, dataPoints: 2, escalateSeconds: 120 };
    expect(scores(lasting, 9, 10, 10, 10)).toEqual([0, 0, 1, 2]);
    expect(scores({ ...lasting, escalateSeconds: 121 }, 9, 10, 10, 10)).toEqual([0, 0, 1, 1]);
    expect(scores(lasting, 10, 9, 10, 10)).toEqual([0, 0, 0, 1]);
  });
});
