import { expect, it } from 'vitest';
import { falseAlarms, generatedNoise } from '../../../bench/detection/clean-series.ts';

it.each([
  [300, 4],
  [60, 1],
])('pages at most 0.2 times a series and week on noise in steps of %i seconds', (periodSeconds, perKind) => {
  const noise = generatedNoise(periodSeconds, perKind);
  const { seriesWeeks, pages } = falseAlarms({ detector: 'seasonal' }, noise);
  // Of too few weeks, nothing would follow.
  expect(seriesWeeks).toBeGreaterThan(19);
  expect(pages).toBeLessThanOrEqual(0.2);
});
