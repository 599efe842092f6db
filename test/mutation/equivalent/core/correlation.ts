import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreCorrelation: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/correlation/neighbourhood.ts',
    context: 'const next = parents.get(at) ?? root;',
    original: 'parents.get(at) ?? root',
    replacement: 'parents.get(at) && root',
    reason: 'chains are shortened a step at a time, and name the same root',
  },
];
