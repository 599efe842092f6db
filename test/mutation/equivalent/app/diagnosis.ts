import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appDiagnosis: readonly EquivalentMutant[] = [
  ...[
    'const watched = evidence.components[0]?.watched;',
    'const { graceMs = 0 } = evidence.components[0]?.watched ?? {};',
  ].map((context) => ({
    path: 'functions/app/diagnosis/diagnose-alert.ts',
    context,
    original: 'evidence.components[0]?.watched',
    replacement: 'evidence.components[0].watched',
    reason: 'the alarmed component always comes first; the compiler cannot know',
  })),
  {
    path: 'functions/app/diagnosis/gather-evidence.ts',
    context: 'if (others.length === 0) return { changes };',
    original: '{ changes }',
    replacement: '{}',
    reason: 'the changes are part of the evidence already, and stay it',
  },
];
