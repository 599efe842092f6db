import { describe, expect, it } from 'vitest';
import { EMPTY_FLEET, newComponentRecord } from '../../../functions/core/admission/records.ts';
import {
  admitOne,
  alertOf,
  conclusionOf,
  configurationOf,
  grantFor,
  NOON,
  STRATEGY,
} from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

export function limitsContract(makeStore: MakeStore): void {
  describe('limits', () => {
    it('reads what limits all components together, from the beginning on', async () => {
      const store = await makeStore();
      expect(await store.readFleet()).toEqual(EMPTY_FLEET);
      await store.markUnhealthy('checkout');
      expect(await store.readFleet()).toEqual({ ...EMPTY_FLEET, revision: 1, unhealthy: ['checkout'] });
    });

    it('keeps the queue of repairs with the fleet’s limits until another one, or none, takes its place', async () => {
      const store = await makeStore();
      const waits = { component: 'search', priority: 0.45, sinceMs: NOON, budget: 'group' } as const;
      const queue = { next: [waits], length: 3, validUntilMs: NOON + 130_000 };
      await store.keepQueue(queue);
      expect(await store.readFleet()).toEqual({ ...EMPTY_FLEET, revision: 1, queue });
      expect((await store.readLimits('checkout')).limits.fleet.queue).toEqual(queue);
      await store.keepQueue({ ...queue, length: 1 });
      expect((await store.readFleet()).queue).toEqual({ ...queue, length: 1 });
      await store.keepQueue(undefined);
      expect(await store.readFleet()).toEqual({ ...EMPTY_FLEET, revision: 3 });
    });

    it('keeps alerts in a row by strategy', async () => {
      const store = await makeStore();
      const read = async () => (await store.readLimits('checkout')).limits.component;
      expect(await store.saveFailures(await read(), STRATEGY, [NOON])).toBe(true);
      expect(await store.saveFailures(await read(), 'isolate', [NOON, NOON + 1])).toBe(true);
      expect(await read()).toEqual({
        ...newComponentRecord('checkout'),
        revision: 2,
        failuresMs: { [STRATEGY]: [NOON], isolate: [NOON, NOON + 1] },
      });
      expect(await store.saveFailures(await read(), 'isolate', [])).toBe(true);
      expect((await read()).failuresMs).toEqual({ [STRATEGY]: [NOON] });
    });

    it('refuses alerts in a row that were counted on an older record', async () => {
      const store = await makeStore();
      const unknown = newComponentRecord('checkout');
      expect(await store.saveFailures(unknown, STRATEGY, [NOON])).toBe(true);
      expect(await store.saveFailures(unknown, STRATEGY, [NOON + 1])).toBe(false);
      const { component } = (await store.readLimits('checkout')).limits;
      await store.noteExhaustionNotified('checkout', NOON);
      expect(await store.saveFailures(component, STRATEGY, [NOON + 2])).toBe(false);
      const after = (await store.readLimits('checkout')).limits.component;
      expect(after.failuresMs).toEqual({ [STRATEGY]: [NOON] });
    });

    it('loses no alert when two are counted at once', async () => {
      const store = await makeStore();
      const { component } = (await store.readLimits('checkout')).limits;
      const saved = await Promise.all(
        [1, 2, 3, 4, 5].map((index) => store.saveFailures(component, STRATEGY, [NOON + index])),
      );
      expect(saved.filter(Boolean)).toHaveLength(1);
    });

    it('notes once that people were notified', async () => {
      const store = await makeStore();
      const noted = await Promise.all(
        [1, 2, 3].map((index) => store.noteExhaustionNotified('checkout', NOON + index)),
      );
      expect(noted.filter(Boolean)).toHaveLength(1);
      expect(await store.noteExhaustionNotified('checkout', NOON)).toBe(false);
    });

    it('counts a component as unhealthy once, and as healthy again', async () => {
      const store = await makeStore();
      const fleet = async () => await store.readFleet();
      await store.markUnhealthy('checkout');
      await store.markUnhealthy('search');
      await store.markUnhealthy('search');
      expect(await fleet()).toEqual({
        ...EMPTY_FLEET,
        revision: 2,
        unhealthy: ['checkout', 'search'],
      });
      await store.markHealthy('checkout');
      await store.markHealthy('search');
      await store.markHealthy('search');
      expect(await fleet()).toEqual({ ...EMPTY_FLEET, revision: 4 });
    });

    it('forgets alerts in a row and the notification of spent attempts', async () => {
      const store = await makeStore();
      await store.saveFailures(newComponentRecord('checkout'), STRATEGY, [NOON]);
      await store.noteExhaustionNotified('checkout', NOON);
      await store.forgetAlerts('checkout');
      await store.forgetAlerts('checkout');
      await store.forgetAlerts('search');
      const { component } = (await store.readLimits('checkout')).limits;
      expect(component).toEqual({ ...newComponentRecord('checkout'), revision: 3 });
      const other = (await store.readLimits('search')).limits;
      expect(other).toEqual({ component: newComponentRecord('search'), fleet: EMPTY_FLEET });
      expect(await store.noteExhaustionNotified('checkout', NOON + 1)).toBe(true);
    });

    it('keeps who reports a component, and forgets no alerts until all of them say that it is over', async () => {
      const store = await makeStore();
      const read = async () => (await store.readLimits('checkout')).limits.component;
      await store.saveFailures(await read(), STRATEGY, [NOON]);
      await store.noteReport('checkout', 'monitor/queue_age', NOON + 1);
      await store.noteReport('checkout', 'anomaly', NOON + 2, 'descriptor_leak');
      await store.noteReport('checkout', 'anomaly', NOON + 1, 'memory_leak');
      expect((await read()).reports).toEqual({
        ...{ by: ['anomaly', 'monitor/queue_age'], lastMs: NOON + 2 },
        ...{ sentMs: { anomaly: NOON + 2, 'monitor/queue_age': NOON + 1 }, anomalyMetric: 'descriptor_leak' },
      });
      await store.endReports('checkout', 'anomaly');
      await store.endReports('checkout', 'anomaly');
      expect(await store.forgetAlerts('checkout')).toEqual({ isForgotten: false, isHeldBack: false });
      expect(await read()).toMatchObject({
        failuresMs: { [STRATEGY]: [NOON] },
        reports: { by: ['monitor/queue_age'] },
      });
      await store.endReports('checkout', 'monitor/queue_age');
      expect(await store.forgetAlerts('checkout')).toEqual({ isForgotten: true, isHeldBack: false });
      expect(await read()).toEqual({ ...newComponentRecord('checkout'), revision: 6 });
    });

    it('keeps when each sender has reported a component, whatever others report since', async () => {
      const store = await makeStore();
      const read = async () => (await store.readLimits('checkout')).limits.component.reports;
      await store.noteReport('checkout', 'monitor/latency', NOON + 9);
      await store.noteReport('checkout', 'monitor/disk', NOON + 2);
      await store.noteReport('checkout', 'monitor/disk', NOON + 1);
      await store.noteReport('checkout', 'monitor/disk', NOON + 5);
      expect(await read()).toEqual({
        ...{ by: ['monitor/disk', 'monitor/latency'], lastMs: NOON + 9 },
        sentMs: { 'monitor/disk': NOON + 5, 'monitor/latency': NOON + 9 },
      });
      await store.endReports('checkout', 'monitor/disk');
      expect((await read())?.sentMs).toEqual({ 'monitor/latency': NOON + 9 });
      await store.noteReport('checkout', 'monitor/disk', NOON + 3);
      expect((await read())?.sentMs?.['monitor/disk']).toBe(NOON + 3);
    });

    it('ends all reports of a component at once', async () => {
      const store = await makeStore();
      await store.endReports('checkout');
      await store.noteReport('checkout', 'anomaly', NOON);
      await store.noteReport('checkout', 'monitor/queue_age', NOON);
      await store.endReports('checkout');
      const { component } = (await store.readLimits('checkout')).limits;
      expect(component).toEqual({ ...newComponentRecord('checkout'), revision: 3 });
    });

    it('keeps the report that an operation answers until it has succeeded', async () => {
      const store = await makeStore();
      const reports = { by: ['anomaly'], lastMs: NOON };
      const reported = async (component: string) =>
        (await store.readLimits(component)).limits.component.reports;
      for (const [component, changes] of [
        ['checkout', {}],
        ['search', { state: 'FAILED', result: 'FAILED', failure: { error: 'Failed', cause: 'still 97 %' } }],
      ] as const) {
        const { limits } = await store.readLimits(component);
        const withReports = { ...limits, component: { ...limits.component, reports } };
        const configuration = configurationOf({ components: [component] });
        const { operation, grant } = grantFor(alertOf(component), configuration, withReports);
        expect(await store.admit(operation, grant, withReports)).toEqual({ outcome: 'granted' });
        expect(await reported(component)).toEqual(reports);
        await store.conclude({ ...conclusionOf(operation), ...changes });
      }
      expect(await reported('checkout')).toBeUndefined();
      expect(await reported('search')).toEqual(reports);
    });

    it('keeps a claim when alerts are forgotten', async () => {
      const store = await makeStore();
      const { grant } = await admitOne(store, alertOf('checkout'));
      await store.noteExhaustionNotified('checkout', NOON);
      await store.forgetAlerts('checkout');
      expect(await store.getClaim('checkout')).toEqual(grant.claim);
    });

    it('drops a component in flight from the unhealthy, and leaves it in flight', async () => {
      const store = await makeStore();
      await admitOne(store, alertOf('checkout'));
      await store.markHealthy('checkout');
      const { fleet } = (await store.readLimits('checkout')).limits;
      expect(fleet).toMatchObject({ inFlight: ['checkout'], unhealthy: [] });
    });

    it('pauses and resumes', async () => {
      const store = await makeStore();
      const fleet = async () => await store.readFleet();
      expect(await store.setPause({ reason: 'maintenance', sinceMs: NOON }, NOON)).toBe('taken');
      expect(await store.setPause({ reason: 'longer maintenance', sinceMs: NOON + 1 }, NOON + 1)).toBe(
        'taken',
      );
      expect((await fleet()).pause).toEqual({ reason: 'longer maintenance', sinceMs: NOON + 1 });
      expect(await store.setPause(undefined, NOON + 2)).toBe('taken');
      expect(await fleet()).toEqual({ ...EMPTY_FLEET, revision: 3, controlledAtMs: NOON + 2 });
    });

    it('accepts no control that is older than the last: neither a pause nor a resume', async () => {
      const store = await makeStore();
      const fleet = async () => await store.readFleet();
      const pause = { reason: 'maintenance', sinceMs: NOON };
      await store.setPause(pause, NOON + 10);
      expect(await store.setPause(undefined, NOON + 9)).toBe('overtaken');
      expect(await fleet()).toEqual({ ...EMPTY_FLEET, revision: 1, pause, controlledAtMs: NOON + 10 });
      await store.setPause(undefined, NOON + 20);
      expect(await store.setPause(pause, NOON + 10)).toBe('overtaken');
      expect(await fleet()).toEqual({ ...EMPTY_FLEET, revision: 2, controlledAtMs: NOON + 20 });
    });

    it('keeps the pause of two controls of the same time, in either order', async () => {
      const store = await makeStore();
      const pause = { reason: 'maintenance', sinceMs: NOON };
      expect(await store.setPause(undefined, NOON)).toBe('taken');
      expect(await store.setPause(pause, NOON)).toBe('taken');
      expect(await store.setPause(undefined, NOON)).toBe('overtaken');
      expect((await store.readFleet()).pause).toEqual(pause);
    });

    it('keeps when a pause ends', async () => {
      const store = await makeStore();
      const pause = { reason: 'maintenance', sinceMs: NOON, untilMs: NOON + 7_200_000 };
      expect(await store.setPause(pause, NOON)).toBe('taken');
      expect((await store.readFleet()).pause).toEqual(pause);
    });

    it('distinguishes a control that a later one repeats from one that it contradicts', async () => {
      const store = await makeStore();
      const pause = { reason: 'maintenance', sinceMs: NOON };
      const later = { reason: 'still maintenance', sinceMs: NOON + 20 };
      await store.setPause(later, NOON + 20);
      expect(await store.setPause(pause, NOON + 10)).toBe('confirmed');
      expect(await store.setPause(undefined, NOON + 10)).toBe('overtaken');
      expect((await store.readFleet()).pause).toEqual(later);
      await store.setPause(undefined, NOON + 30);
      expect(await store.setPause(undefined, NOON + 25)).toBe('confirmed');
      expect(await store.setPause(undefined, NOON + 30)).toBe('taken');
      expect(await store.setPause(pause, NOON + 25)).toBe('overtaken');
    });

    it('keeps its records: changing a returned value changes nothing', async () => {
      const store = await makeStore();
      await store.markUnhealthy('checkout');
      const { fleet } = (await store.readLimits('checkout')).limits;
      // What is frozen is not changed at all.
      Reflect.set(fleet.unhealthy, 1, 'search');
      const again = await store.readFleet();
      expect(again.unhealthy).toEqual(['checkout']);
    });
  });
}
