import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreDiagnosis: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/diagnosis/causes/metric-rules.ts',
    context: "const { errorType = '' } = evidence.alert;",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is a type of error that a rule knows; the compiler takes no undefined',
  },
  {
    path: 'functions/core/diagnosis/causes/metric-rules.ts',
    context: "if (verdict.verdict !== 'supported' || !isUnanswering) return verdict;",
    original: "verdict.verdict !== 'supported'",
    replacement: 'false',
    reason: 'memory that nothing is said of was never short, so that the next line returns the same',
  },
  {
    path: 'functions/core/diagnosis/kernel/kernel-look.ts',
    context: 'if (line === undefined) return undefined;',
    original: 'line === undefined',
    replacement: 'false',
    reason: 'undefined is no JSON, either; the compiler cannot know',
  },
  {
    path: 'functions/core/diagnosis/strain.ts',
    context: "const watched = Object.values(configured.alarms).map((alarm) => alarm.metric ?? '');",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is of a class of metrics; the compiler takes no undefined',
  },
];
