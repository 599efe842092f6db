import { expect, it } from 'vitest';
import { summarised } from '../../../../functions/core/statistics/durations.ts';

it.each([
  [[7], { count: 1, meanMs: 7, medianMs: 7, p90Ms: 7 }],
  [[4, 1], { count: 2, meanMs: 2.5, medianMs: 2.5, p90Ms: 4 }],
  [[9, 1, 2], { count: 3, meanMs: 4, medianMs: 2, p90Ms: 9 }],
  [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], { count: 10, meanMs: 5.5, medianMs: 5.5, p90Ms: 9 }],
  [[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], { count: 11, meanMs: 6, medianMs: 6, p90Ms: 10 }],
])('durations %j have a mean, a median and what nine of ten took', (values, summary) => {
  expect(summarised(values)).toEqual(summary);
});

it('no durations have no summary', () => {
  expect(summarised([])).toBeUndefined();
});
