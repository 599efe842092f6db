import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreVerification: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/verification/observed-components.ts',
    context: 'while (length < prefix.length && prefix[length] === text[length]) length += 1;',
    original: 'length < prefix.length',
    replacement: 'length <= prefix.length',
    reason: 'one character more than there are is cut to the same text',
  },
];
