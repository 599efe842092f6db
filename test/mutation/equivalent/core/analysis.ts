import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreAnalysis: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/analysis/analyze-shard.ts',
    context: 'const { episode, profile, injected = [] } = before?.components[component] ?? {};',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is no injection of any metric, and has no points left',
  },
];
