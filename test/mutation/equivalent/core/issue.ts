import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreIssue: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/issue/left-isolated.ts',
    context: "if (outcome === 'SUCCEEDED' || outcome === 'SKIPPED') return false;",
    original: "outcome === 'SUCCEEDED'",
    replacement: 'false',
    reason: 'the hosts of isolations that succeeded are left out of the result in any case',
  },
];
