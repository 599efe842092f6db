import { describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { FENCE, NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const OBSERVING = { mode: 'observe' };
const observing = (parts: Parameters<typeof configured>[0] = {}) =>
  createWorld(configured({ ...parts, settings: { ...OBSERVING, ...parts.settings } }));

let signals = 0;
const nextId = () => {
  signals += 1;
  return `signal-${signals}`;
};
const alertOn = (world: World, component = 'web') =>
  triage(world, signalEvent({ component, metric: 'memory', origin: 'reconciler' }, nextId()));
const reasonsOf = async (world: World, component = 'web') =>
  (await world.store.listRefusals(component, 10)).map(({ reason }) => reason);
/** When the operation that would have begun at noon would have ended: its alarm gets 150 s to recover. */
const WOULD_END = NOON + 150_000;

describe('observe mode', () => {
  it('records the operation as it would have begun, and begins none', async () => {
    const world = observing();
    const decision = await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
    expect(decision).toEqual({
      decision: 'observe',
      detail: expect.stringMatching(/^would be healed by restart: observation 20261122T133000Z-/),
    });
    expect(await world.store.listObservations(5)).toMatchObject([
      {
        operation: { component: 'web', strategyId: 'restart', attempt: 1, fence: FENCE, startedAtMs: NOON },
        untilMs: WOULD_END,
      },
    ]);
    expect(await world.store.listOperations(5)).toEqual([]);
    expect(await world.store.listClaims()).toEqual([]);
  });

  it('gives the same operation as auto mode, but for what was never carried out', async () => {
    const event = signalEvent({ component: 'web', metric: 'memory', current: 97 });
    const auto = createWorld();
    await triage(auto, event);
    const world = observing();
    await triage(world, event);
    const [observation] = await world.store.listObservations(1);
    expect(observation?.operation).toEqual((await auto.store.listOperations(1))[0]);
  });

  it('records one observation, however often a signal is delivered', async () => {
    const world = observing();
    const event = signalEvent({ component: 'web', metric: 'memory' });
    const first = await triage(world, event);
    world.clock.now = WOULD_END + 600_000;
    expect(await triage(world, event)).toEqual(first);
    expect(await world.store.listObservations(5)).toHaveLength(1);
    expect(await reasonsOf(world)).toEqual([]);
  });

  it('counts claim, cooldown and attempts as if operations were carried out without effect', async () => {
    const world = observing({ strategies: [{ maxAttempts: 2, cooldownSeconds: 60 }] });
    await alertOn(world);
    await alertOn(world);
    expect(await reasonsOf(world)).toEqual(['IN_PROGRESS']);
    world.clock.now = WOULD_END;
    expect(await alertOn(world)).toMatchObject({ reason: 'COOLDOWN', eligibleAtMs: WOULD_END + 60_000 });
    world.clock.now = WOULD_END + 60_000;
    expect(await alertOn(world)).toMatchObject({ decision: 'observe' });
    const attempts = (await world.store.listObservations(5)).map(({ operation }) => operation.attempt);
    expect(attempts.sort()).toEqual([1, 2]);
    world.clock.now += 600_000;
    expect(await alertOn(world)).toMatchObject({ reason: 'ATTEMPTS_SPENT' });
    expect(world.notifier.sent.map(({ subject }) => subject)).toEqual([
      'Selfheal would have spent its attempts on web: it only observes',
    ]);
  });

  it('counts budgets of the fleet and of groups', async () => {
    const world = observing({
      settings: { maxConcurrentRepairs: 2 },
      groups: { tier: { maxInFlight: 1 } },
      components: { a: { group: 'tier' }, b: { group: 'tier' }, c: {}, d: {} },
    });
    for (const component of ['a', 'b', 'c', 'd']) await alertOn(world, component);
    const observed = await world.store.listObservations(5);
    expect(observed.map(({ operation }) => operation.component).sort()).toEqual(['a', 'c']);
    expect(await reasonsOf(world, 'b')).toEqual(['GROUP_BUSY']);
    expect(await reasonsOf(world, 'd')).toEqual(['FLEET_BUSY']);
  });

  it('keeps nothing from being healed that is in auto mode', async () => {
    const world = createWorld(
      configured({
        settings: { maxConcurrentRepairs: 1 },
        groups: { tier: { maxInFlight: 1 } },
        components: { a: { group: 'tier', mode: 'observe' }, b: { group: 'tier' } },
      }),
    );
    await alertOn(world, 'a');
    expect(await alertOn(world, 'b')).toMatchObject({ decision: 'heal', component: 'b' });
  });

  it('respects operations in flight in auto mode', async () => {
    const world = createWorld(
      configured({
        groups: { tier: { maxInFlight: 1 } },
        components: { a: { group: 'tier' }, b: { group: 'tier', mode: 'observe' } },
      }),
    );
    await alertOn(world, 'a');
    expect(await alertOn(world, 'b')).toMatchObject({ reason: 'GROUP_BUSY' });
  });

  it('forgets what it observed once the component is in auto mode', async () => {
    const world = observing({ strategies: [{ maxAttempts: 1 }] });
    await alertOn(world);
    const auto = { ...world, configuration: configured({ strategies: [{ maxAttempts: 1 }] }) };
    expect(await alertOn(auto)).toMatchObject({ decision: 'heal' });
  });

  it('begins nothing by a strategy whose turn comes because an observed one would not have helped', async () => {
    const world = createWorld(
      configured({ strategies: [{ mode: 'observe', maxAttempts: 1 }, { id: 'isolate' }] }),
    );
    await alertOn(world);
    world.clock.now = NOON + 600_000;
    expect(await alertOn(world)).toMatchObject({ decision: 'observe' });
    const observed = await world.store.listObservations(5);
    expect(observed.map(({ operation }) => operation.strategyId).sort()).toEqual(['isolate', 'restart']);
    expect(await world.store.listOperations(5)).toEqual([]);
  });

  it('respects a pause like any other mode', async () => {
    const world = observing();
    await triage(world, controlEvent({ command: 'pause' }));
    expect(await alertOn(world)).toMatchObject({ reason: 'PAUSED' });
    expect(await world.store.listObservations(5)).toEqual([]);
  });

  it('notes when the component recovered by itself, which ends the observed operation', async () => {
    const world = observing({ strategies: [{ cooldownSeconds: 60 }] });
    await alertOn(world);
    const atMs = NOON + 10_000;
    world.clock.now = atMs;
    await triage(
      world,
      signalEvent({ component: 'web', metric: 'memory', kind: 'recovery', alarmName: memoryAlarm() }),
    );
    const [observation] = await world.store.listObservations(5);
    expect(observation?.recoveredAtMs).toBe(NOON);
    expect(await alertOn(world)).toMatchObject({ reason: 'COOLDOWN', eligibleAtMs: NOON + 60_000 });
  });

  it('notes a recovery that no event reported', async () => {
    const world = observing();
    await alertOn(world);
    world.clock.now = NOON + 120_000;
    world.alarms.named.set(memoryAlarm(), 'OK');
    await reconcileAlarms(world);
    expect((await world.store.listObservations(5))[0]?.recoveredAtMs).toBe(NOON + 120_000);
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });

  it('hands back alarms that are still red as soon as the next operation would begin', async () => {
    const world = observing({
      components: { web: withMemoryAlarm() },
      strategies: [{ cooldownSeconds: 60 }],
    });
    await alertOn(world);
    world.alarms.named.set(memoryAlarm(), 'ALARM');
    world.clock.now = WOULD_END + 59_000;
    expect((await reconcileAlarms(world)).done).toEqual([]);
    world.clock.now = WOULD_END + 60_000;
    expect((await reconcileAlarms(world)).done).toEqual([`handed ${memoryAlarm()} back to triage`]);
  });
});
