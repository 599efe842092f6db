import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreOwnFiles: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/denial.ts',
    context: "return (ASSUMED_ROLE.exec(principal) ?? ROLE.exec(principal))?.groups?.['role'] ?? principal;",
    original: "(ASSUMED_ROLE.exec(principal) ?? ROLE.exec(principal))?.groups?.['role']",
    replacement: "(ASSUMED_ROLE.exec(principal) ?? ROLE.exec(principal))?.groups['role']",
    reason: 'a match of a pattern with a named group has groups; the compiler cannot know',
  },
];
