import { describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { allPeers } from '../../../../functions/core/watchdog/peer.ts';
import type { ShardRecord } from '../../../../functions/core/watchdog/shard-record.ts';
import { rosterOf } from '../../../../functions/core/watchdog/shards.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, type World, withStore } from '../../../factories/ports/world.ts';

describe('a component without alarms that is marked as unhealthy', () => {
  const INTERVAL_MS = 30_000;
  const health = { url: 'https://web.example.com/health' };
  /** Marked as unhealthy, and watched; what the watchdog remembers of its last round. */
  async function watched(parts: Parameters<typeof configured>[0] = {}) {
    const world = createWorld(
      configured({ groups: { tier: {} }, components: { web: { group: 'tier', health } }, ...parts }),
    );
    await world.store.markUnhealthy('web');
    const remembers = (fields: Partial<ShardRecord> = {}) =>
      world.watchdog.saveRound(
        {
          shard: 0,
          roundAtMs: world.clock.now - INTERVAL_MS,
          seenAtMs: world.clock.now - INTERVAL_MS,
          startedAtMs: 0,
          totals: { checks: 1, misses: 0, restarts: 0, isolations: 0 },
          peerCount: 1,
          states: {},
          observers: {},
          responses: {
            roster: rosterOf(allPeers(world.configuration, []).map(({ name }) => name)),
            milliseconds: [1],
          },
          pending: [],
          ...fields,
        },
        undefined,
      );
    const isUnhealthy = async () => {
      await reconcileAlarms(world);
      return (await world.store.readFleet()).unhealthy.includes('web');
    };
    return { world, remembers, isUnhealthy };
  }
  const down = { status: 'DEGRADED', missedCount: 1, restartCount: 0, lastSeenMs: NOON } as const;

  it('loses its mark when its peer answers: its recovery may have come before the alert', async () => {
    const { remembers, isUnhealthy } = await watched();
    await remembers();
    expect(await isUnhealthy()).toBe(false);
  });

  it('loses its mark with a reason', async () => {
    const { world, remembers } = await watched();
    await remembers();
    expect((await reconcileAlarms(world)).done).toEqual([
      'web: all its peers answer, so it no longer counts as unhealthy',
    ]);
  });

  it('keeps its mark when a monitor reports it while the mark is being removed', async () => {
    const { world, remembers } = await watched();
    await remembers();
    const meanwhile = withStore(world, {
      markHealthy: async (component) => {
        await world.store.markHealthy(component);
        await world.store.noteReport(component, 'monitor/queue', world.clock.now);
      },
    });
    await reconcileAlarms(meanwhile);
    expect((await world.store.readFleet()).unhealthy).toEqual(['web']);
  });

  it('keeps its mark while one of its peers is down', async () => {
    const port = { tcp: 'web.example.com:22', component: 'web' };
    const { remembers, isUnhealthy } = await watched({ peers: { port } });
    await remembers({ states: { port: down } });
    expect(await isUnhealthy()).toBe(true);
  });

  it.each([
    ['has not looked for a while', { roundAtMs: NOON - 4 * INTERVAL_MS }],
    ['looked at other peers then', { roster: 'other' }],
    [
      'reports something about it',
      { pending: [{ subject: 'web', roundAtMs: NOON, step: { kind: 'recovery', from: 'OFFLINE' } }] },
    ],
  ] as const)(
    'keeps its mark when the watchdog %s: no answer does not count as healthy (invariant 10)',
    async (_, fields) => {
      const { remembers, isUnhealthy } = await watched();
      await remembers(
        'roster' in fields ? { responses: { roster: fields.roster, milliseconds: [] } } : fields,
      );
      expect(await isUnhealthy()).toBe(true);
    },
  );

  it.each([
    [
      'keeps counting as unhealthy while a peer is down, though an alarm on something else is OK',
      { web: down },
      true,
    ],
    ['counts as healthy once its alarm is OK and its peer answers', {}, false],
  ] as const)('%s', async (_, states, unhealthy) => {
    const components = { web: withMemoryAlarm({ group: 'tier', health }) };
    const { world, remembers, isUnhealthy } = await watched({ components });
    world.alarms.named.set(memoryAlarm(), 'OK');
    await remembers({ states });
    const { done } = await reconcileAlarms(world);
    expect(done).toEqual(unhealthy ? [] : ['web: no alarm is red']);
    expect(await isUnhealthy()).toBe(unhealthy);
  });

  it('counts as healthy by its alarms alone where the watchdog was never deployed', async () => {
    const components = { web: withMemoryAlarm({ group: 'tier', health }) };
    const { world, isUnhealthy } = await watched({ components });
    world.alarms.named.set(memoryAlarm(), 'OK');
    expect(await isUnhealthy()).toBe(false);
  });

  it.each([
    ['keeps', 'is down', { web: down }],
    ['loses', 'answers', {}],
  ])('%s its mark when its peer %s and its alarms have had no data for long', async (verb, _, states) => {
    const components = { web: withMemoryAlarm({ health }) };
    const { world, remembers, isUnhealthy } = await watched({ components });
    world.alarms.named.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    world.alarms.since.set(memoryAlarm(), NOON - 60 * 60_000);
    await remembers({ states });
    expect(await isUnhealthy()).toBe(verb === 'keeps');
  });

  it('keeps its mark before the watchdog’s first round', async () => {
    const { isUnhealthy } = await watched();
    expect(await isUnhealthy()).toBe(true);
  });

  it.each([
    ['the watchdog is off', { watchdog: { enabled: false } }],
    ['its peer is', { peers: { web: { enabled: false } } }],
  ])('loses its mark when %s: nothing would ever report it healthy again', async (_, parts) => {
    const { isUnhealthy } = await watched(parts);
    expect(await isUnhealthy()).toBe(false);
  });
});

describe('a component whose alarms are all OK', () => {
  const grouped = configured({
    groups: { tier: {} },
    components: { web: withMemoryAlarm({ group: 'tier' }) },
  });
  const unhealthyIn = async (world: World) => (await world.store.readFleet()).unhealthy;

  it('loses its stale unhealthy mark', async () => {
    const world = createWorld(grouped);
    world.alarms.named.set(memoryAlarm(), 'OK');
    await world.store.markUnhealthy('web');
    expect((await reconcileAlarms(world)).done).toEqual(['web: no alarm is red']);
    expect(await unhealthyIn(world)).toEqual([]);
    expect((await reconcileAlarms(world)).done).toEqual([]);
  });

  it('does not begin a repair for alerts from before, though the event of its recovery was lost', async () => {
    const trigger = { metrics: ['memory'], consecutiveFailures: 2, withinSeconds: 600 };
    const world = createWorld(configured({ strategies: [{ trigger }] }));
    const alert = async () => {
      world.clock.now += 60_000;
      const time = new Date(world.clock.now).toISOString();
      const detail = { component: 'web', metric: 'memory', origin: 'reconciler' };
      const event = signalEvent(detail, `event-at-${time}`);
      return await triage(world, { ...event, time });
    };
    expect(await alert()).toMatchObject({ reason: 'TRIGGER_PENDING' });
    world.alarms.named.set(memoryAlarm(), 'OK');
    await reconcileAlarms(world);
    expect(await alert()).toMatchObject({ reason: 'TRIGGER_PENDING' });
    expect(await alert()).toMatchObject({ decision: 'heal' });
  });

  it('keeps its mark while an alarm has no data or does not exist, as that proves nothing (invariant 10)', async () => {
    const world = createWorld(grouped);
    await world.store.markUnhealthy('web');
    await reconcileAlarms(world);
    world.alarms.named.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    await reconcileAlarms(world);
    expect(await unhealthyIn(world)).toEqual(['web']);
  });

  it('loses its mark when its alarm has had no data for half an hour, which is no recovery', async () => {
    const world = createWorld(configured({ components: { web: withMemoryAlarm({ mode: 'propose' }) } }));
    await triage(world, signalEvent({ component: 'web', metric: 'memory', origin: 'reconciler' }));
    world.alarms.named.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    world.alarms.since.set(memoryAlarm(), NOON);
    world.clock.now = NOON + 30 * 60_000 - 1;
    await reconcileAlarms(world);
    expect(await unhealthyIn(world)).toEqual(['web']);
    world.clock.now += 1;
    expect((await reconcileAlarms(world)).done).toEqual(['web: its alarms have had no data for long']);
    expect(await unhealthyIn(world)).toEqual([]);
    expect((await world.store.listProposals(1))[0]?.end).toBeUndefined();
  });

  it('keeps its mark while one of its alarms has lately had data, or does not exist', async () => {
    const alarms = {
      memory: { adopt: 'web-memory', metric: 'memory' },
      errors: { adopt: 'web-errors', metric: 'error_rate' },
    };
    const world = createWorld(configured({ components: { web: { alarms } } }));
    await world.store.markUnhealthy('web');
    world.alarms.named.set('web-memory', 'INSUFFICIENT_DATA');
    world.alarms.since.set('web-memory', NOON - 60 * 60_000);
    await reconcileAlarms(world);
    expect(await unhealthyIn(world)).toEqual(['web']);
    world.alarms.named.set('web-errors', 'INSUFFICIENT_DATA');
    world.alarms.since.set('web-errors', NOON - 60_000);
    await reconcileAlarms(world);
    expect(await unhealthyIn(world)).toEqual(['web']);
    world.alarms.named.set('web-errors', 'OK');
    await reconcileAlarms(world);
    expect(await unhealthyIn(world)).toEqual([]);
  });

  it('loses its mark after a round if nothing observes the component: no alarm, and no endpoint', async () => {
    const components = { web: withMemoryAlarm({ group: 'tier' }), batch: { group: 'tier' } };
    const world = createWorld(configured({ groups: { tier: { maxInFlight: 2 } }, components }));
    await world.store.markUnhealthy('batch');
    await world.store.markUnhealthy('web');
    expect((await reconcileAlarms(world)).done).toEqual([
      'batch: nothing observes it, so it no longer counts as unhealthy',
    ]);
    expect(await unhealthyIn(world)).toEqual(['web']);
  });

  it('loses its mark when it is no longer configured', async () => {
    const world = createWorld(grouped);
    await world.store.markUnhealthy('gone');
    await reconcileAlarms(world);
    expect(await unhealthyIn(world)).toEqual([]);
  });

  it('keeps its mark while an operation is in flight', async () => {
    const world = createWorld(grouped);
    world.alarms.named.set(memoryAlarm(), 'OK');
    await admitted(world);
    expect((await reconcileAlarms(world)).done).toEqual([]);
    expect(await unhealthyIn(world)).toEqual(['web']);
  });
});
