import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../factories/events/selfheal-event.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

describe.each(PLACES)('the limits of healing, $name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    const inGroup = (group: string) => ({ strategies: [{ cooldownSeconds: 0 }], more: { group } });
    const restart = { type: 'start_component', params: { mode: 'restart' } };
    const restarting = { strategies: [{ cooldownSeconds: 0, actions: [restart] }] };
    place = await open({
      settings: { maxConcurrentRepairs: 2 },
      groups: {
        web: { maxInFlight: 1, minHealthy: 0 },
        quorum: { maxInFlight: 3, minHealthy: 2 },
        single: { maxInFlight: 1, minHealthy: 1 },
      },
      components: {
        'web-a': inGroup('web'),
        'web-b': inGroup('web'),
        'quorum-a': inGroup('quorum'),
        'quorum-b': inGroup('quorum'),
        'quorum-c': inGroup('quorum'),
        only: inGroup('single'),
        'fleet-a': {},
        'fleet-b': {},
        'fleet-c': { strategies: [{ cooldownSeconds: 0 }] },
        held: {},
        'pay-a': restarting,
        'pay-b': restarting,
        entry: {
          more: { dependsOn: ['pay-a', 'pay-b'], demand: 100, capacities: { 'pay-a': 100, 'pay-b': 100 } },
        },
        shop: { strategies: [{ cooldownSeconds: 0 }] },
        // The same service on the same host, by another name.
        'shop-admin': { besides: 'shop', strategies: [{ cooldownSeconds: 0 }] },
        till: { strategies: [{ cooldownSeconds: 0 }] },
        // Another service on the same host, for which the host may be rebooted.
        cache: {
          besides: 'till',
          strategies: [
            { cooldownSeconds: 0 },
            { actions: [{ type: 'reboot_instance', timeoutSeconds: 100 }] },
          ],
          more: { service: 'cache.service' },
        },
      },
    });
  });
  afterAll(() => place?.stop());

  const refused = (component: string) => place.poll(() => place.reasons(component));
  const actionsOn = (component: string) => place.effectsOf(component).map(({ action }) => action);
  /** Runs an operation that is on its host while the body looks at what is refused meanwhile. */
  const during = async (component: string, body: () => Promise<void>) => {
    place.hosts.script(component, { start_component: 'wait' });
    await place.signal(component);
    await place.acting(component, 'heal-0');
    try {
      await body();
    } finally {
      place.hosts.script(component, {});
      place.hosts.finish(component, 'start_component');
    }
  };

  it('a group heals no more components at once than maxInFlight (invariant 3)', async () => {
    await during('web-a', async () => {
      await place.signal('web-b');
      await refused('web-b').toEqual(['GROUP_BUSY']);
    });
    await place.completed('web-a');
    await place.signal('web-b');
    await place.completed('web-b');
  });

  it('a group heals nothing while fewer than minHealthy would be left (invariant 3)', async () => {
    await during('quorum-a', async () => {
      await place.signal('quorum-b');
      await refused('quorum-b').toEqual(['GROUP_UNHEALTHY']);
    });
    await place.completed('quorum-a');
    // The refused one still counts as unhealthy, so that one of three is all that may be touched: itself.
    await place.signal('quorum-c');
    await refused('quorum-c').toEqual(['GROUP_UNHEALTHY']);
    await place.setAlarm('quorum-c', 'OK', 'fine after all');
    await place.signal('quorum-c', { kind: 'recovery' });
    await place.poll(async () => (await place.store.readFleet()).unhealthy).toEqual(['quorum-b']);
    await place.signal('quorum-b');
    await place.completed('quorum-b');
  });

  it('a group of one may still be healed', async () => {
    await place.signal('only');
    await place.completed('only');
  });

  it('no more than maxConcurrentRepairs operations are in flight (invariant 3)', async () => {
    await during('fleet-a', async () => {
      await during('fleet-b', async () => {
        await place.signal('fleet-c');
        await refused('fleet-c').toEqual(['FLEET_BUSY']);
      });
    });
    await Promise.all([place.completed('fleet-a'), place.completed('fleet-b')]);
    await place.signal('fleet-c');
    await place.completed('fleet-c');
  });

  it('no repair takes away what carries the demand, and it begins once others carry it again (invariant 3)', async () => {
    await during('pay-a', async () => {
      await place.setAlarm('pay-b', 'ALARM', 'as bad as the other');
      await refused('pay-b').toEqual(['CAPACITY_SHORT']);
      const [{ detail } = { detail: '' }] = await place.store.listRefusals('pay-b', 1);
      expect(detail).toContain('of 100 requests a second, the routes carry 100, and 0 during the repair');
      expect(detail).toContain('pay-a is unhealthy or in repair');
      expect(actionsOn('pay-b')).toEqual([]);
    });
    await place.completed('pay-a');
    // Still red: the reconciler asks again.
    await place.reconcile();
    await place.completed('pay-b');
  });

  it('two components with one service on one host are healed one at a time (invariant 1)', async () => {
    await during('shop', async () => {
      await place.setAlarm('shop-admin', 'ALARM', 'as bad as the other');
      await refused('shop-admin').toEqual(['TARGET_BUSY']);
      const [{ detail } = { detail: '' }] = await place.store.listRefusals('shop-admin', 1);
      const [claim] = (await place.store.listClaims()).filter(({ component }) => component === 'shop');
      expect(detail).toContain(
        `shop, which may share a host and shop.service, is in flight: operation ${claim?.operationId}`,
      );
      expect(actionsOn('shop-admin')).toEqual([]);
    });
    await place.completed('shop');
    // Still red: the reconciler asks again.
    await place.reconcile();
    await place.completed('shop-admin');
  });

  it('a host that may be rebooted for one component is left alone while another on it is healed (invariant 1)', async () => {
    await during('till', async () => {
      await place.setAlarm('cache', 'ALARM', 'as bad as the other');
      await refused('cache').toEqual(['TARGET_BUSY']);
      const [{ detail } = { detail: '' }] = await place.store.listRefusals('cache', 1);
      const [id] = place.landscape.instancesOf('till');
      expect(detail).toContain(`till, which shares the host ${id}, is in flight: operation`);
      expect(actionsOn('cache')).toEqual([]);
    });
    await place.completed('till');
    // Still red: the reconciler asks again.
    await place.reconcile();
    await place.completed('cache');
  });

  it('nothing new begins between pause and resume, and operations in flight end properly (invariants 4 and 5)', async () => {
    const control = (command: string) =>
      place.putEvent({
        source: OPERATOR,
        detailType: 'Selfheal Control',
        detail: { command, reason: 'maintenance' },
      });
    const pause = async () => (await place.store.readFleet()).pause?.reason;
    place.hosts.script('fleet-c', { start_component: 'wait' });
    await place.signal('fleet-c');
    await place.poll(() => actionsOn('fleet-c')).toHaveLength(2);
    await control('pause');
    await place.poll(pause).toBe('maintenance');
    await place.signal('held');
    await refused('held').toEqual(['PAUSED']);
    place.hosts.finish('fleet-c', 'start_component');
    await place.completed('fleet-c', 2);
    expect(actionsOn('held')).toEqual([]);

    // Of two words in one second, pause wins.
    await place.sleep(1_100);
    await control('resume');
    await place.poll(pause).toBeUndefined();
    await place.signal('held');
    await place.completed('held');
  });

  it('a pause needs no reason, and one with an end says when to try again (invariant 4)', async () => {
    const pauseOf = async () => (await place.store.readFleet()).pause;
    const control = (detail: Readonly<Record<string, unknown>>) =>
      place.putEvent({ source: OPERATOR, detailType: 'Selfheal Control', detail });
    const before = (await place.reasons('held')).length;
    await place.sleep(1_100);
    await control({ command: 'pause', for: '2h' });
    await place.poll(async () => (await pauseOf())?.reason).toBe('no reason given');
    const untilMs = (await pauseOf())?.untilMs ?? 0;
    expect(untilMs).toBeGreaterThan(place.nowMs());
    await place.signal('held');
    await place.poll(async () => (await place.reasons('held')).length).toBeGreaterThan(before);
    const [refusal] = await place.store.listRefusals('held', 1);
    expect(refusal).toMatchObject({ reason: 'PAUSED', eligibleAtMs: untilMs });
    await place.sleep(1_100);
    await control({ command: 'resume' });
    await place.poll(pauseOf).toBeUndefined();
  });

  it('a control that has no effect is reported to the architect (invariant 6)', async () => {
    const put = (detail: Readonly<Record<string, unknown>>) =>
      place.putEvent({ source: OPERATOR, detailType: 'Selfheal Control', detail });
    await put({ command: 'pause', until: 'tomorrow' });
    await place
      .poll(() => place.notifications('architect').filter(({ kind }) => kind === 'control-without-effect'))
      .toMatchObject([
        { command: 'pause', reason: 'NOT_UNDERSTOOD', detail: expect.stringContaining('"until"') },
      ]);
    expect(await place.reasons('unknown')).toContain('NOT_UNDERSTOOD');
  });

  it('no two operations ever met on a component (invariant 1)', () => {
    expect(place.hosts.overlaps).toEqual([]);
  });
});
