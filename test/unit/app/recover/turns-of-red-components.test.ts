import { describe, expect, it } from 'vitest';
import { joinIncident } from '../../../../functions/app/correlation/join-incident.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { type ComponentRecord, EMPTY_FLEET } from '../../../../functions/core/admission/records.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';
import { QUICK } from './red-alarms.ts';

const MINUTE_MS = 60_000;
const alarm = (metric: string) => ({ metric, threshold: 90, dimensions: {} });

/** A world in which alarms, by name, have been red for some minutes. */
function redFor(minutes: Readonly<Record<string, number>>, configuration: Parameters<typeof configured>[0]) {
  const world = createWorld(configured(configuration));
  for (const [name, each] of Object.entries(minutes)) {
    world.alarms.named.set(name, 'ALARM');
    world.alarms.since.set(name, world.clock.now - each * MINUTE_MS);
  }
  return world;
}

/** Has more on record of a component. */
function onRecord({ store }: World, name: string, more: Partial<ComponentRecord>) {
  const { readLimits } = store;
  Object.assign(store, {
    readLimits: async (component: string) => {
      const { limits } = await readLimits(component);
      return {
        limits: component === name ? { ...limits, component: { ...limits.component, ...more } } : limits,
      };
    },
  });
}

/** Has another component in flight, in the looks at the fleet that are taken with some components. */
function othersInFlight({ store }: World, sees: (name: string) => boolean) {
  const { readLimits } = store;
  Object.assign(store, {
    readLimits: async (component: string) => {
      const { limits } = await readLimits(component);
      return {
        limits: sees(component) ? { ...limits, fleet: { ...limits.fleet, inFlight: ['other'] } } : limits,
      };
    },
  });
}

const handedBack = ({ events }: World) => events.signals.map(({ component }) => component);
const queueOf = async ({ store }: World) =>
  (await store.readFleet()).queue?.next.map(({ component }) => component);

describe('a red component', () => {
  const one = { settings: { maxConcurrentRepairs: 1 }, strategies: [QUICK] };

  it('waits since the first of its alarms turned red', async () => {
    const a = { alarms: { first: alarm('memory'), memory: alarm('memory') } };
    const red = { 'selfheal-a-first': 5, [memoryAlarm('a')]: 0, [memoryAlarm('b')]: 3 };
    const world = redFor(red, { ...one, components: { a, b: withMemoryAlarm() } });
    await reconcileAlarms(world);
    expect(handedBack(world)).toEqual(['a']);
    expect(await queueOf(world)).toEqual(['b']);
  });

  it.each([
    ['waits in the queue where it has had its turn since it was refused', 8, ['a']],
    ['does not wait in the queue where triage refused it in its latest turn', 10, undefined],
  ])('%s', async (_, admittedMinutesAgo, queue) => {
    const components = { a: withMemoryAlarm({ dependsOn: ['db'] }), db: {}, other: {} };
    const world = redFor({ [memoryAlarm('a')]: 11 }, { ...one, components });
    const { now } = world.clock;
    onRecord(world, 'a', { attemptsMs: { restart: [now - admittedMinutesAgo * MINUTE_MS] } });
    othersInFlight(world, () => true);
    const refusal = { reason: 'NO_STRATEGY', refusedAtMs: now - 9 * MINUTE_MS };
    Object.assign(world.store, { listRefusals: async () => [refusal] });
    await reconcileAlarms(world);
    expect(await queueOf(world)).toEqual(queue);
  });

  it('has no turn where the latest look at the fleet has found no room', async () => {
    const components = { a: withMemoryAlarm(), b: withMemoryAlarm(), c: withMemoryAlarm(), other: {} };
    const red = Object.fromEntries(['a', 'b', 'c'].map((name) => [memoryAlarm(name), 1]));
    const world = redFor(red, { ...one, components });
    othersInFlight(world, (name) => name === 'c');
    await reconcileAlarms(world);
    expect(handedBack(world)).toEqual([]);
  });

  it.each([
    ['auto', ['a']],
    ['propose', undefined],
    ['observe', undefined],
  ])('holds others back only where it would be healed, not in mode %s', async (mode, queue) => {
    const components = { a: withMemoryAlarm({ mode }), other: {} };
    const world = redFor({ [memoryAlarm('a')]: 1 }, { ...one, components });
    othersInFlight(world, () => true);
    await reconcileAlarms(world);
    expect(await queueOf(world)).toEqual(queue);
  });

  it.each([
    ['is to be proposed', { mode: 'propose' }, {}],
    ['is only observed', { mode: 'observe' }, {}],
    ['still counts its alerts', {}, { consecutiveFailures: 2 }],
  ])('leaves the room that others take as it is while it %s', async (_, more, trigger) => {
    const names = ['a', 'b', 'c', 'd'];
    const world = redFor(Object.fromEntries(names.map((name) => [memoryAlarm(name), 1])), {
      settings: { maxConcurrentRepairs: 2 },
      components: Object.fromEntries(names.map((name) => [name, withMemoryAlarm(name === 'b' ? more : {})])),
      strategies: [
        { ...QUICK, id: 'of-b', components: ['b'], trigger: { metrics: ['memory'], ...trigger } },
        { ...QUICK, id: 'of-others', components: ['a', 'c', 'd'] },
      ],
    });
    await reconcileAlarms(world);
    expect(handedBack(world)).toEqual(['a', 'b', 'c']);
  });

  it('waits for one that is only observed, as if that were healed', async () => {
    const red = { [memoryAlarm('a')]: 1, [memoryAlarm('b')]: 1 };
    const components = { a: withMemoryAlarm(), b: withMemoryAlarm() };
    const settings = { maxConcurrentRepairs: 1, mode: 'observe' };
    const world = redFor(red, { settings, components, strategies: [QUICK] });
    await reconcileAlarms(world);
    expect(handedBack(world)).toEqual(['a']);
  });

  it('takes room in its group as soon as it counts as unhealthy, also if it depends on a red one', async () => {
    const components = {
      a: withMemoryAlarm({ group: 'tier', dependsOn: ['b'] }),
      b: withMemoryAlarm({ group: 'tier' }),
    };
    const world = redFor(
      { [memoryAlarm('a')]: 1, [memoryAlarm('b')]: 1 },
      { groups: { tier: { minHealthy: 1 } }, components },
    );
    onRecord(world, 'a', { cooldownUntilMs: { restart: world.clock.now + MINUTE_MS } });
    await reconcileAlarms(world);
    expect(handedBack(world)).toEqual([]);
    expect((await world.store.readFleet()).unhealthy).toEqual(['a', 'b']);
  });

  it('has its turn by any of its strategies, though another is spent', async () => {
    const world = redFor(
      { [memoryAlarm()]: 1 },
      {
        components: { web: withMemoryAlarm() },
        strategies: [
          { ...QUICK, id: 'spent', maxAttempts: 1 },
          { ...QUICK, id: 'left' },
        ],
      },
    );
    const { now } = world.clock;
    await world.store.markUnhealthy('web');
    onRecord(world, 'web', {
      attemptsMs: { spent: [now - MINUTE_MS] },
      exhaustionNotifiedAtMs: now - MINUTE_MS,
    });
    await reconcileAlarms(world);
    expect(handedBack(world)).toEqual(['web']);
  });

  it('is left alone where no strategy is for its alarm, and CloudWatch is not asked what that is about', async () => {
    const targets = { autoScalingGroup: 'web-asg' };
    const web = { group: 'tier', targets, alarms: { cpu: { metric: 'cpu', threshold: 90 } } };
    const world = redFor({ 'selfheal-web-cpu': 1 }, { groups: { tier: {} }, components: { web } });
    world.alarms.targetsOf = () => Promise.reject(new Error('asked'));
    expect(await reconcileAlarms(world)).toEqual({ done: [], problems: [], denials: [] });
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });
});

describe('a red alarm that cannot be healed now', () => {
  const both = { 'selfheal-web-first': 1, [memoryAlarm()]: 1 };

  it('hides no other where it is silenced', async () => {
    const alarms = { first: alarm('memory'), memory: alarm('memory') };
    const world = redFor(both, { components: { web: { alarms } } });
    world.alarms.silenced.set('selfheal-web-first', 'a mute rule');
    expect((await reconcileAlarms(world)).done).toEqual([
      'left selfheal-web-first alone: silenced by a mute rule',
      `handed ${memoryAlarm()} back to triage`,
    ]);
  });

  it('hides no other where its component counts as unhealthy for it', async () => {
    const alarms = { first: alarm('latency'), memory: alarm('memory') };
    const world = redFor(both, {
      groups: { tier: {} },
      components: { web: { group: 'tier', alarms } },
      strategies: [
        { id: 'resting', trigger: { metrics: ['latency'] } },
        { id: 'ready', trigger: { metrics: ['memory'] } },
      ],
    });
    onRecord(world, 'web', { cooldownUntilMs: { resting: world.clock.now + MINUTE_MS } });
    expect((await reconcileAlarms(world)).done).toEqual([
      'web: selfheal-web-first is red, so it counts as unhealthy',
      `handed ${memoryAlarm()} back to triage`,
    ]);
  });
});

describe('an incident', () => {
  async function around(red: Readonly<Record<string, number>>) {
    const components = { cart: withMemoryAlarm({ dependsOn: ['db'] }), db: withMemoryAlarm() };
    const world = redFor(red, { components, settings: { paused: true } });
    const alert = alertOf('cart', { occurredAtMs: world.clock.now });
    await joinIncident(world, { alert, cause: { component: 'db', confidence: 0.9 } });
    world.clock.now += MINUTE_MS;
    return (await reconcileAlarms(world)).done;
  }

  it('is over once nothing of it is in trouble', async () => {
    expect(await around({})).toEqual([expect.stringMatching(/^incident .+ is over$/)]);
  });

  it('is not over while an alarm of it is red, though nothing counts as unhealthy', async () => {
    expect(await around({ [memoryAlarm('cart')]: 1 })).toEqual([]);
  });
});

describe('the levels of a fleet', () => {
  it('are shown where as many components are unhealthy as in flight', async () => {
    const world = redFor({}, { components: { web: {}, api: {} } });
    const fleet = { ...EMPTY_FLEET, unhealthy: ['web'], inFlight: ['api'] };
    Object.assign(world.store, { readFleet: async () => fleet });
    await reconcileAlarms(world);
    expect(world.metrics.figures).toEqual(['ComponentsUnhealthy 1', 'RepairsInFlight 1', 'RepairsWaiting 0']);
  });
});
