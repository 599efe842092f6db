import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appRecover: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/recover/reconcile-step.ts',
    context: 'const what = mayHaveBegun(planned?.key, record)',
    original: 'planned?.key',
    replacement: 'planned.key',
    reason: 'a step without a reference on record was planned above; the compiler cannot know',
  },
  {
    path: 'functions/app/recover/reconcile.ts',
    context: 'if (claims.some(({ step }) => step !== undefined)) {',
    original: 'claims.some(({ step }) => step !== undefined)',
    replacement: 'true',
    reason: 'claims without a step are passed over there: what looks after steps is only loaded in vain',
  },
  {
    path: 'functions/app/recover/reconcile.ts',
    context: 'if (claims.some(({ step }) => step !== undefined)) {',
    original: 'step !== undefined',
    replacement: 'true',
    reason: 'claims without a step are passed over there: what looks after steps is only loaded in vain',
  },
];
