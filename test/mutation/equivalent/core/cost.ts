import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreCost: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/cost/monthly-cost.ts',
    context: 'if (!graph) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no quantity over 0, so it is filtered out again',
  },
  {
    path: 'functions/core/cost/monthly-cost.ts',
    context: 'if (series.length === 0) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no quantity over 0, so it is filtered out again',
  },
];
