import { describe, expect, it } from 'vitest';
import { EMPTY_FLEET, newComponentRecord } from '../../../functions/core/admission/records.ts';
import {
  admitOne,
  alertOf,
  conclusionOf,
  configurationOf,
  FENCE,
  grantFor,
  NOON,
} from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const GROUP = { name: 'web', maxInFlight: 2, minHealthy: 0 };
const configuration = configurationOf({ components: ['checkout', 'search'], group: GROUP });

export function admissionContract(makeStore: MakeStore): void {
  describe('admission', () => {
    it('knows nothing of a component that nothing was done to', async () => {
      const store = await makeStore();
      const read = await store.readLimits('checkout');
      expect(read).toEqual({ limits: { component: newComponentRecord('checkout'), fleet: EMPTY_FLEET } });
    });

    it('grants claim, budgets, attempt and operation at once', async () => {
      const store = await makeStore();
      const { operation, grant } = await admitOne(store, alertOf('checkout'), configuration);

      const read = await store.readLimits('checkout', operation.operationId);
      expect(read.operation).toEqual(operation);
      expect(await store.getPlan(operation.planId)).toEqual(grant.plan);
      expect(grant.plan.strategy).toEqual(configuration.strategies[0]);
      expect(read.limits).toEqual({
        component: {
          ...newComponentRecord('checkout'),
          revision: 1,
          fence: FENCE,
          claim: grant.claim,
          attemptsMs: { 'restart-service': [NOON] },
        },
        fleet: {
          ...EMPTY_FLEET,
          revision: 1,
          inFlight: ['checkout'],
          unhealthy: ['checkout'],
        },
      });
    });

    it('keeps an operation with all that an alert can hold, and with nothing that it can lack', async () => {
      const store = await makeStore();
      const full = alertOf('checkout', {
        baseline: 40.5,
        errorType: 'OutOfMemory',
        suggestedAction: 'restart',
        alarmName: 'checkout-memory-ü',
        strategyId: 'restart-service',
        targets: ['i-0123456789abcdef0', 'mi-0123456789abcdef0'],
      });
      const { current: _current, threshold: _threshold, ...bare } = alertOf('search', { signalId: 'b' });
      const first = await admitOne(store, full, configuration);
      const second = await admitOne(store, bare, configuration);
      expect(await store.getOperation(first.operation.operationId)).toEqual(first.operation);
      expect(await store.getOperation(second.operation.operationId)).toEqual(second.operation);
    });

    it('keeps which change an operation rolls back, until the next one on the component', async () => {
      const store = await makeStore();
      const rollsBack = { source: 'pipeline', changeId: 'run-7' } as const;
      const { limits } = await store.readLimits('checkout');
      const first = grantFor(alertOf('checkout'), configuration, limits);
      const { outcome } = await store.admit(first.operation, { ...first.grant, rollsBack }, limits);
      expect(outcome).toBe('granted');
      expect((await store.readFleet()).rollingBack).toEqual({ checkout: rollsBack });
      await admitOne(store, alertOf('search', { signalId: 'b' }), configuration);
      expect((await store.readFleet()).rollingBack).toEqual({ checkout: rollsBack });
      await store.conclude(conclusionOf(first.operation, { cooldownUntilMs: NOON }));
      const later = { signalId: 'c', occurredAtMs: NOON + 3_600_000 };
      await admitOne(store, alertOf('checkout', later), configuration);
      expect(await store.readFleet()).not.toHaveProperty('rollingBack');
    });

    it('answers the same signal again with the operation as it is now', async () => {
      const store = await makeStore();
      const { operation, grant, limits } = await admitOne(store, alertOf('checkout'), configuration);
      const failure = { error: 'ActionFailed', cause: 'exit code 1' };
      await store.beginRollback(operation.operationId, failure, []);

      const again = await store.admit(operation, grant, limits);
      expect(again).toEqual({
        outcome: 'duplicate',
        operation: { ...operation, state: 'ROLLING_BACK', failure, undoSteps: [] },
      });
    });

    it('answers a signal whose operation has ended with that operation, whatever the limits', async () => {
      const store = await makeStore();
      const { operation, grant } = await admitOne(store, alertOf('checkout'), configuration);
      await store.conclude(conclusionOf(operation));
      const { limits } = await store.readLimits('checkout', operation.operationId);

      const claim = { ...grant.claim, fence: FENCE + 1 };
      const again = await store.admit(operation, { ...grant, claim }, limits);
      expect(again).toMatchObject({ outcome: 'duplicate', operation: { state: 'COMPLETED' } });
      expect(await store.getClaim('checkout')).toBeUndefined();
    });

    it('refuses a decision on an older component, and returns the current one', async () => {
      const store = await makeStore();
      const { limits } = await store.readLimits('checkout');
      const { operation, grant } = grantFor(alertOf('checkout'), configuration, limits);
      await store.saveFailures(limits.component, 'other', [NOON]);

      const outcome = await store.admit(operation, grant, limits);
      const component = { ...newComponentRecord('checkout'), revision: 1, failuresMs: { other: [NOON] } };
      expect(outcome).toEqual({ outcome: 'conflict', limits: { component, fleet: EMPTY_FLEET } });
      expect(await store.getOperation(operation.operationId)).toBeUndefined();
      expect(await store.readFleet()).toEqual(EMPTY_FLEET);
    });

    it('refuses a decision on an older fleet, and returns the current one', async () => {
      const store = await makeStore();
      const { limits } = await store.readLimits('checkout');
      const { operation, grant } = grantFor(alertOf('checkout'), configuration, limits);
      const pause = { reason: 'maintenance', sinceMs: NOON };
      await store.setPause(pause, NOON);

      const outcome = await store.admit(operation, grant, limits);
      const fleet = { ...EMPTY_FLEET, revision: 1, pause, controlledAtMs: NOON };
      expect(outcome).toEqual({
        outcome: 'conflict',
        limits: { component: newComponentRecord('checkout'), fleet },
      });
      expect(await store.getClaim('checkout')).toBeUndefined();
    });

    it('never grants over a claim, even to a caller that has read it', async () => {
      const store = await makeStore();
      const first = await admitOne(store, alertOf('checkout'), configuration);
      const { limits } = await store.readLimits('checkout');
      const { claim: _claim, ...unclaimed } = limits.component;
      const careless = { ...limits, component: unclaimed };
      const second = grantFor(alertOf('checkout', { signalId: 'second' }), configuration, careless);

      const outcome = await store.admit(second.operation, second.grant, careless);
      expect(outcome).toEqual({ outcome: 'conflict', limits });
      expect(await store.getClaim('checkout')).toEqual(first.grant.claim);
    });

    it('never grants a fence that was given before', async () => {
      const store = await makeStore();
      const first = await admitOne(store, alertOf('checkout'), configuration);
      await store.conclude(conclusionOf(first.operation));
      const { limits } = await store.readLimits('checkout');
      const later = alertOf('checkout', { signalId: 'second', occurredAtMs: NOON + 3_600_000 });
      const { operation, grant } = grantFor(later, configuration, limits);

      const stale = { ...grant, claim: { ...grant.claim, fence: FENCE } };
      expect(await store.admit(operation, stale, limits)).toEqual({ outcome: 'conflict', limits });
      expect(await store.admit(operation, grant, limits)).toEqual({ outcome: 'granted' });
      expect((await store.getClaim('checkout'))?.fence).toBe(FENCE + 3_600);
    });

    it('drops cooldowns that are over, and keeps those that are not', async () => {
      const store = await makeStore();
      for (const [index, strategyId] of ['short', 'long'].entries()) {
        const alert = alertOf('checkout', { signalId: strategyId, occurredAtMs: NOON + index });
        const { limits } = await store.readLimits('checkout');
        const { operation, grant } = grantFor(alert, configuration, limits);
        const claim = { ...grant.claim, strategyId };
        await store.admit({ ...operation, strategyId }, { ...grant, claim }, limits);
        const cooldownUntilMs = NOON + (strategyId === 'short' ? 1_000 : 9_000);
        const scope = { cooldownUntilMs, strategyId, state: 'FAILED', result: 'FAILED' } as const;
        await store.conclude(conclusionOf(operation, scope));
      }
      await admitOne(store, alertOf('checkout', { occurredAtMs: NOON + 5_000 }), configuration);
      const { component } = (await store.readLimits('checkout')).limits;
      expect(component.cooldownUntilMs).toEqual({ long: NOON + 9_000 });
    });
  });
}
