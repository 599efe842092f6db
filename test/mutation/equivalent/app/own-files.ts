import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appOwnFiles: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/notifications.ts',
    context: "[more.failure?.cause, ...(more.steps ?? []).map(({ detail }) => detail)].join('\\n'),",
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no detail, so it adds an empty line, in which no permission is named',
  },
];
