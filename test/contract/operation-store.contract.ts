import { describe } from 'vitest';
import { admissionContract } from './operation-store/admission.ts';
import { claimContract } from './operation-store/claims.ts';
import { conclusionContract } from './operation-store/conclusion.ts';
import { concurrencyContract } from './operation-store/concurrency.ts';
import { denialContract } from './operation-store/denials.ts';
import { heldBackContract } from './operation-store/held-back.ts';
import { interleavingContract } from './operation-store/interleavings.ts';
import { limitsContract } from './operation-store/limits.ts';
import type { MakeStore } from './operation-store/make-store.ts';
import { overridesContract } from './operation-store/overrides.ts';
import { recordsContract } from './operation-store/records.ts';
import { stepContract } from './operation-store/steps.ts';
import { timeLimitsContract } from './operation-store/time-limits.ts';

/**
 * What every operation store does, whatever it keeps its records in.
 *
 * @param propertyRuns how many random interleavings are tried
 */
export function operationStoreContract(name: string, makeStore: MakeStore, propertyRuns: number): void {
  describe(`operation store: ${name}`, () => {
    admissionContract(makeStore);
    claimContract(makeStore);
    stepContract(makeStore);
    conclusionContract(makeStore);
    limitsContract(makeStore);
    overridesContract(makeStore);
    timeLimitsContract(makeStore);
    recordsContract(makeStore);
    denialContract(makeStore);
    heldBackContract(makeStore);
    concurrencyContract(makeStore);
    interleavingContract(makeStore, propertyRuns);
  });
}
