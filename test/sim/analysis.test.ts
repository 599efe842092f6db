import { describe, expect, it } from 'vitest';
import { ANALYSIS_DEFECTS } from './analysis/analysis-defects.ts';
import { simulateAnalysis } from './analysis/simulate-analysis.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

describe('the simulated analysis', () => {
  it.each(SEEDS)(
    'counts every data point once, and loses no anomaly, whatever goes wrong: seed %i',
    async (seed) => {
      expect(await simulateAnalysis(seed)).toEqual([]);
    },
  );

  it.each(ANALYSIS_DEFECTS)('catches an analysis that $name', async ({ defect, breaks }) => {
    const found: string[] = [];
    for (const seed of SEEDS) {
      const violations = await simulateAnalysis(seed, defect);
      found.push(...violations.map((violation) => violation.split(':')[0] ?? ''));
      if (found.includes(breaks)) break;
    }
    expect(found).toContain(breaks);
  });
});
