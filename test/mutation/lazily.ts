import { lazily as builtOnce } from '../../functions/core/lazily.ts';

/** What Stryker says to the code that it mutates. */
interface Stryker {
  readonly currentTestId?: string;
  readonly activeMutant?: string;
}

/**
 * Replaces `functions/core/lazily.ts` while mutants are tried: each test makes its own. Else what is made would be put down
 * to the test that happens to need it first, and be tried with no other one.
 */
export function lazily<Made>(make: () => Made): () => Made {
  let made: { readonly value: () => Made; readonly madeFor: string } | undefined;
  return () => {
    const { currentTestId, activeMutant } =
      (globalThis as { readonly __stryker__?: Stryker }).__stryker__ ?? {};
    const madeFor = `${currentTestId} ${activeMutant}`;
    if (made?.madeFor !== madeFor) made = { value: builtOnce(make), madeFor };
    return made.value();
  };
}
