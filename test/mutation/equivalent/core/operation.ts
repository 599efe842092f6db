import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreOperation: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/operation/target-report.ts',
    context: 'const isLeft = notLifted(steps.flatMap(({ record }) => record ?? [])) !== undefined;',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is not a step that failed, so it is filtered out again',
  },
];
