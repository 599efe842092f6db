import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreCorrelation: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/correlation/join.ts',
    context: 'return a.beganAtMs - b.beganAtMs || (a.incidentId < b.incidentId ? -1 : 1);',
    original: 'a.incidentId < b.incidentId',
    replacement: 'a.incidentId <= b.incidentId',
    reason: 'each incident has an id of its own',
  },
  {
    path: 'functions/core/correlation/join.ts',
    context: 'if (!best) return incident;',
    original: '!best',
    replacement: 'false',
    reason: 'an incident has a component; the compiler cannot know',
  },
  {
    path: 'functions/core/correlation/neighbourhood.ts',
    context: 'const next = parents.get(at) ?? root;',
    original: 'parents.get(at) ?? root',
    replacement: 'parents.get(at) && root',
    reason: 'chains are shortened a step at a time, and name the same root',
  },
];
