import { describe, expect, it } from 'vitest';
import { decideAdmission } from '../../../functions/core/admission/decide-admission.ts';
import { grantedOperation } from '../../../functions/core/admission/granted-operation.ts';
import type { Limits } from '../../../functions/core/admission/records.ts';
import type { RefusalReason } from '../../../functions/core/admission/refusal.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { operationIdOf } from '../../../functions/core/operation/operation-id.ts';
import type { HealthAlert } from '../../../functions/core/signal/health-alert.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import { alertOf, conclusionOf, configurationOf, NOON } from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const MAXIMUM_TRIES = 100;
const SLOW_MS = 60_000;

/** Decides until the store accepts the decision: on the returned limits, else on limits read again. */
async function admitUntilDecided(
  store: OperationStore,
  alert: HealthAlert,
  configuration: CompiledConfiguration,
): Promise<'granted' | 'duplicate' | RefusalReason> {
  let known: Limits | undefined;
  for (let tries = 0; tries < MAXIMUM_TRIES; tries++) {
    const limits = known ?? (await store.readLimits(alert.component, operationIdOf(alert))).limits;
    const decision = decideAdmission({
      alert,
      strategies: configuration.strategies,
      configuration,
      limits,
      nowMs: NOON,
    });
    if (decision.decision === 'refuse') return decision.refusal.reason;
    const outcome = await store.admit(grantedOperation(alert, decision.grant), decision.grant, limits);
    if (outcome.outcome !== 'conflict') return outcome.outcome;
    known = outcome.limits;
  }
  throw new Error(`no decision within ${MAXIMUM_TRIES} tries`);
}

export function concurrencyContract(makeStore: MakeStore): void {
  describe('concurrency', () => {
    it(
      'grants one of 50 alerts for one component; the others find it in progress',
      async () => {
        const store = await makeStore();
        const configuration = configurationOf({ components: ['checkout'] });
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            admitUntilDecided(store, alertOf('checkout', { signalId: `alarm/${index}` }), configuration),
          ),
        );
        expect(outcomes.filter((outcome) => outcome === 'granted')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'IN_PROGRESS')).toHaveLength(49);
        expect(await store.listOperations(10)).toHaveLength(1);
        expect(await store.listClaims()).toHaveLength(1);
      },
      SLOW_MS,
    );

    it(
      'grants one of 20 deliveries of one signal; the others learn of its operation',
      async () => {
        const store = await makeStore();
        const configuration = configurationOf({ components: ['checkout'] });
        const alert = alertOf('checkout');
        const { limits } = await store.readLimits('checkout', operationIdOf(alert));
        const decision = decideAdmission({
          alert,
          strategies: configuration.strategies,
          configuration,
          limits,
          nowMs: NOON,
        });
        if (decision.decision === 'refuse') throw new Error('refused');
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, () =>
            store.admit(grantedOperation(alert, decision.grant), decision.grant, limits),
          ),
        );
        expect(outcomes.filter(({ outcome }) => outcome === 'granted')).toHaveLength(1);
        const others = outcomes.filter(({ outcome }) => outcome !== 'granted');
        // A delivery that meets the first one under way gets a conflict, and asks again.
        expect(others.every(({ outcome }) => outcome === 'duplicate' || outcome === 'conflict')).toBe(true);
        expect(
          (await store.admit(grantedOperation(alert, decision.grant), decision.grant, limits)).outcome,
        ).toBe('duplicate');
      },
      SLOW_MS,
    );

    it(
      'keeps to a fleet budget of 3 when 30 components fall ill at once',
      async () => {
        const store = await makeStore();
        const components = Array.from({ length: 30 }, (_, index) => `service-${index}`);
        const configuration = configurationOf({ components, maxConcurrentRepairs: 3 });
        const outcomes = await Promise.all(
          components.map((component) => admitUntilDecided(store, alertOf(component), configuration)),
        );
        expect(outcomes.filter((outcome) => outcome === 'granted')).toHaveLength(3);
        expect(outcomes.filter((outcome) => outcome === 'FLEET_BUSY')).toHaveLength(27);
        const { fleet } = (await store.readLimits('service-0')).limits;
        expect(fleet.inFlight).toHaveLength(3);
        const claims = await store.listClaims();
        expect(claims.map(({ component }) => component)).toEqual(fleet.inFlight);
      },
      SLOW_MS,
    );

    it(
      'keeps to a group’s budget when all its members fall ill at once',
      async () => {
        const store = await makeStore();
        const components = Array.from({ length: 8 }, (_, index) => `web-${index}`);
        const group = { name: 'web', maxInFlight: 2, minHealthy: 0 };
        const configuration = configurationOf({ components, group, maxConcurrentRepairs: 10 });
        const outcomes = await Promise.all(
          components.map((component) => admitUntilDecided(store, alertOf(component), configuration)),
        );
        expect(outcomes.filter((outcome) => outcome === 'granted')).toHaveLength(2);
        expect(outcomes.filter((outcome) => outcome === 'GROUP_BUSY')).toHaveLength(6);
      },
      SLOW_MS,
    );

    it(
      'grants one of 20 components that have one service on one host; each is admitted in its turn',
      async () => {
        const store = await makeStore();
        const components = Array.from({ length: 20 }, (_, index) => `twin-${index}`);
        const configuration = configurationOf({ components, service: 'a.service', maxConcurrentRepairs: 20 });
        const compete = async (names: readonly string[]) =>
          await Promise.all(names.map((name) => admitUntilDecided(store, alertOf(name), configuration)));
        const outcomes = await compete(components);
        expect(outcomes.filter((outcome) => outcome === 'granted')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'TARGET_BUSY')).toHaveLength(19);

        const [claim] = await store.listClaims();
        const operation = claim && (await store.getOperation(claim.operationId));
        if (!operation) throw new Error('nothing was admitted');
        await store.conclude(conclusionOf(operation));
        const others = components.filter((name) => name !== operation.component);
        expect((await compete(others)).filter((outcome) => outcome === 'granted')).toHaveLength(1);
      },
      SLOW_MS,
    );
  });
}
