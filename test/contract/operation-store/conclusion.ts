import { describe, expect, it } from 'vitest';
import type { RolledBack } from '../../../functions/core/admission/records.ts';
import { EMPTY_FLEET } from '../../../functions/core/admission/records.ts';
import {
  admitOne,
  alertOf,
  conclusionOf,
  configurationOf,
  FENCE,
  NOON,
  STRATEGY,
} from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const FAILED = {
  state: 'FAILED',
  result: 'FAILED',
  failure: { error: 'VerificationFailed', cause: 'still 97 %' },
} as const;
const group = { name: 'web', maxInFlight: 1, minHealthy: 0 };
const configuration = configurationOf({ components: ['checkout', 'search'], group });

export function conclusionContract(makeStore: MakeStore): void {
  describe('conclusion', () => {
    it('writes the final record, releases the claim, frees the budgets and sets the cooldown', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'), configuration);
      const conclusion = conclusionOf(operation);
      expect(await store.conclude(conclusion)).toBe('concluded');

      const { limits, operation: final } = await store.readLimits('checkout', operation.operationId);
      expect(final).toEqual({
        ...operation,
        state: 'COMPLETED',
        result: 'SUCCESS',
        completedAtMs: conclusion.completedAtMs,
      });
      expect(limits.fleet).toEqual({ ...EMPTY_FLEET, revision: 2 });
      expect(limits.component).toEqual({
        component: 'checkout',
        revision: 2,
        fence: FENCE,
        attemptsMs: { [STRATEGY]: [NOON] },
        cooldownUntilMs: { [STRATEGY]: conclusion.cooldownUntilMs },
        failuresMs: {},
      });
    });

    it('leaves a component whose operation failed unhealthy, with the reason on record', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'), configuration);
      const conclusion = conclusionOf(operation, FAILED);
      expect(await store.conclude(conclusion)).toBe('concluded');
      const { limits, operation: final } = await store.readLimits('checkout', operation.operationId);
      expect(final).toMatchObject(FAILED);
      expect(limits.fleet).toMatchObject({ inFlight: [], unhealthy: ['checkout'] });
      expect(limits.component.claim).toBeUndefined();
    });

    it('keeps what the operation has rolled back, and keeps it through operations that roll nothing back', async () => {
      const store = await makeStore();
      const rolledBack: RolledBack = {
        ...{ startedUpToMs: NOON, kinds: ['deployment'], source: 'ecs', changeId: 'ecs-svc/1' },
        earlier: [{ startedUpToMs: NOON - 1, source: 'appconfig', changeId: 'flags-7', resource: 'flags' }],
      };
      const { operation } = await admitOne(store, alertOf('checkout'), configuration);
      await store.conclude(conclusionOf(operation, { cooldownUntilMs: NOON, rolledBack }));
      expect(await store.readComponents(['checkout'])).toMatchObject([{ rolledBack }]);
      expect(await store.getRolledBack('checkout')).toEqual(rolledBack);
      const again = await admitOne(store, alertOf('checkout', { signalId: 'again' }), configuration);
      expect(await store.readComponents(['checkout'])).toMatchObject([{ rolledBack }]);
      await store.conclude(conclusionOf(again.operation));
      expect(await store.readComponents(['checkout'])).toMatchObject([{ rolledBack }]);
    });

    it('puts the whole strategy in cooldown where that is its scope', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      await store.conclude(conclusionOf(operation, { cooldownScope: 'strategy', cooldownUntilMs: NOON + 7 }));
      const { limits } = await store.readLimits('search');
      expect(limits.fleet.strategyCooldownUntilMs).toEqual({ [STRATEGY]: NOON + 7 });
      const own = await store.readLimits('checkout');
      expect(own.limits.component.cooldownUntilMs).toEqual({});
    });

    it('forgets alerts in a row only if the component has recovered, and the notification of spent attempts with the next attempt', async () => {
      const store = await makeStore();
      const remembered = async () => (await store.readLimits('checkout')).limits.component;
      for (const [index, outcome] of [FAILED, {}].entries()) {
        await store.saveFailures(await remembered(), STRATEGY, [NOON]);
        await store.noteExhaustionNotified('checkout', NOON);
        const alert = alertOf('checkout', { occurredAtMs: NOON + index * 600_000 });
        const { operation } = await admitOne(store, alert);
        await store.conclude(conclusionOf(operation, outcome));
        const { failuresMs, exhaustionNotifiedAtMs } = await remembered();
        expect(failuresMs).toEqual(index === 0 ? { [STRATEGY]: [NOON] } : {});
        expect(exhaustionNotifiedAtMs).toBeUndefined();
      }
    });

    it('concludes once: the first conclusion stays, and no other call returns true', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const first = conclusionOf(operation);
      expect(await store.conclude(first)).toBe('concluded');
      const { limits } = await store.readLimits('checkout');
      expect(await store.conclude(first)).toBe('ended-before');
      expect(await store.conclude(conclusionOf(operation, FAILED))).toBe('ended-before');
      expect(await store.getOperation(operation.operationId)).toMatchObject({ state: 'COMPLETED' });
      expect((await store.readLimits('checkout')).limits).toEqual(limits);
    });

    it('returns `concluded` to exactly one of many callers', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.conclude(conclusionOf(operation, { completedAtMs: NOON + index })),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'concluded')).toHaveLength(1);
    });

    it('leaves an operation that was taken over to the holder of its newer fence', async () => {
      const store = await makeStore();
      const { operation, grant } = await admitOne(store, alertOf('checkout'));
      const { operationId, component, fence } = operation;
      const taken = await store.takeOver({ operationId, component, fence }, NOON);
      expect(await store.conclude(conclusionOf(operation))).toBe('overtaken');
      expect(await store.getOperation(operationId)).toEqual(operation);
      expect(await store.getClaim('checkout')).toMatchObject({ operationId, fence: grant.claim.fence + 1 });
      expect(await store.conclude(conclusionOf(operation, { fence: taken?.fence ?? 0 }))).toBe('concluded');
    });

    it('does not conclude an operation that does not exist', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      expect(await store.conclude(conclusionOf({ ...operation, operationId: 'none' }))).toBe('ended-before');
      expect(await store.getClaim('checkout')).toBeDefined();
      expect(await store.getOperation('none')).toBeUndefined();
    });

    it('concludes an operation whose component another one holds, and leaves the claim alone', async () => {
      const store = await makeStore();
      const first = await admitOne(store, alertOf('checkout'), configuration);
      const second = await admitOne(store, alertOf('basket', { signalId: 'x' }));
      const before = (await store.readLimits('checkout')).limits;
      const foreign = conclusionOf(second.operation, { component: 'checkout', ...FAILED });
      expect(await store.conclude(foreign)).toBe('concluded');
      expect(await store.getOperation(second.operation.operationId)).toMatchObject(FAILED);
      expect(await store.getClaim('checkout')).toEqual(first.grant.claim);
      expect((await store.readLimits('checkout')).limits).toEqual(before);
    });

    it('puts the strategy in cooldown even if the claim is another operation’s', async () => {
      const store = await makeStore();
      await admitOne(store, alertOf('checkout'));
      const { operation } = await admitOne(store, alertOf('basket', { signalId: 'x' }));
      const conclusion = conclusionOf(operation, { component: 'checkout', cooldownScope: 'strategy' });
      expect(await store.conclude(conclusion)).toBe('concluded');
      const { fleet } = (await store.readLimits('checkout')).limits;
      expect(fleet.strategyCooldownUntilMs).toEqual({ [STRATEGY]: conclusion.cooldownUntilMs });
      expect(fleet.inFlight).toEqual(['basket', 'checkout']);
    });
  });
}
