import { describe, expect, it } from 'vitest';
import { confidenceOf } from '../../../../functions/core/diagnosis/confidence.ts';

describe('the confidence that a component is at fault', () => {
  it.each([
    [
      'even odds with its rival, and half accounted for',
      { share: 0.4, rivalShare: 0.4, coverage: 0.5 },
      0.471,
    ],
    ['a lead', { share: 0.6, rivalShare: 0.2, coverage: 0.5 }, 0.587],
    ['a rival that leads', { share: 0.2, rivalShare: 0.6, coverage: 0.5 }, 0.359],
    ['no vote at all', { share: 0, rivalShare: 0, coverage: 0 }, 0.134],
    ['no rival, and half accounted for', { share: 1, rivalShare: 0, coverage: 0.5 }, 0.839],
    ['no rival, and everything accounted for: never certain', { share: 1, rivalShare: 0, coverage: 1 }, 0.95],
  ])('follows from its lead and what it accounts for: %s', (_, standing, confidence) => {
    expect(confidenceOf(standing)).toBeCloseTo(confidence, 3);
  });
});
