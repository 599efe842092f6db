import { describe, expect, it } from 'vitest';
import { conclude } from '../../../functions/app/conclude.ts';
import { reconcileAlarms } from '../../../functions/app/reconcile-alarms.ts';
import { triage } from '../../../functions/app/triage.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/selfheal-event.ts';
import { admitted, createWorld, inputOf, type World } from '../../factories/world.ts';

const QUICK = { cooldownSeconds: 0, maxAttempts: 2 };

/** A world whose memory alarm is red, and what a round hands back. */
function red(configuration: CompiledConfiguration = configured({ strategies: [QUICK] })) {
  const world = createWorld(configuration);
  world.alarms.named.set(memoryAlarm(), 'ALARM');
  const round = async () => {
    world.clock.now += 60_000;
    const before = world.events.signals.length;
    await reconcileAlarms(world);
    return world.events.signals.slice(before);
  };
  return { world, round };
}

async function failOne(world: World) {
  const operation = await admitted(world);
  await conclude(world, { ...inputOf(operation), state: 'FAILED' });
}

describe('an alarm that is still red', () => {
  it('after its operation has failed goes back to triage, with what it speaks of', async () => {
    const { world, round } = red();
    await failOne(world);
    expect(await round()).toEqual([
      {
        component: 'web',
        metric: 'memory',
        severity: 'CRITICAL',
        signalId: expect.stringMatching(/^still-red:/),
        alarmName: memoryAlarm(),
        reason: `alarm ${memoryAlarm()} is still in ALARM`,
        origin: 'reconciler',
        targets: [NODE],
      },
    ]);
  });

  it('is a signal that triage understands', async () => {
    const { world, round } = red();
    await failOne(world);
    const [signal = {}] = await round();
    expect(await triage(world, signalEvent(signal))).toMatchObject({ decision: 'heal' });
  });

  it('invariant 11: is tried again until its attempts are spent, then told once', async () => {
    const { world, round } = red();
    const decisions: string[] = [];
    for (let minute = 0; minute < 10; minute += 1) {
      for (const signal of await round()) {
        const decision = await triage(world, signalEvent(signal, `event-${minute}`));
        decisions.push(decision.decision === 'refuse' ? decision.reason : decision.decision);
        if (decision.decision === 'heal')
          await conclude(world, {
            operationId: decision.operationId,
            fence: decision.fence,
            state: 'FAILED',
          });
      }
    }
    expect(decisions).toEqual(['heal', 'heal', 'ATTEMPTS_SPENT']);
    expect(world.notifier.told).toHaveLength(1);
  });

  it('is not handed back while it would not be admitted: in flight, resting, paused', async () => {
    const inFlight = red();
    await admitted(inFlight.world);
    expect(await inFlight.round()).toEqual([]);

    const resting = red(configured({ strategies: [{ cooldownSeconds: 150 }] }));
    await failOne(resting.world);
    expect([await resting.round(), await resting.round()]).toEqual([[], []]);
    expect(await resting.round()).toHaveLength(1);

    const paused = red(configured({ settings: { paused: true } }));
    expect(await paused.round()).toEqual([]);
  });

  it('is not handed back while it is silenced, which is said (invariant 4: what is muted is not touched)', async () => {
    const { world, round } = red();
    world.alarms.silenced.set(memoryAlarm(), 'mute rule release-night');
    expect(await round()).toEqual([]);
    expect((await reconcileAlarms(world)).done).toEqual([
      `left ${memoryAlarm()} alone: silenced by mute rule release-night`,
    ]);
  });

  it('counts in a row, as if it had spoken again', async () => {
    const trigger = { metrics: ['memory'], consecutiveFailures: 2 };
    const { world, round } = red(configured({ strategies: [{ trigger }] }));
    expect(await triage(world, signalEvent({ component: 'web', metric: 'memory' }))).toMatchObject({
      reason: 'TRIGGER_PENDING',
    });
    const [signal = {}] = await round();
    const later = { ...signalEvent(signal, 'event-2'), time: new Date(world.clock.now).toISOString() };
    expect(await triage(world, later)).toMatchObject({ decision: 'heal' });
  });

  it('is understood whatever its name is', async () => {
    const adopt = 'EC2 CPU “Utilization” Anomaly; reboot';
    const { world, round } = red(
      configured({ components: { web: { alarms: { band: { adopt, metric: 'memory' } } } } }),
    );
    world.alarms.named.set(adopt, 'ALARM');
    const [signal = {}] = await round();
    expect(await triage(world, signalEvent(signal))).toMatchObject({ decision: 'heal' });
  });

  it('hides no other of the component that can be healed', async () => {
    const alarms = {
      cpu: { metric: 'cpu', threshold: 90, dimensions: {} },
      memory: { metric: 'memory', threshold: 90, dimensions: {} },
    };
    const { world, round } = red(configured({ components: { web: { alarms } } }));
    world.alarms.named.set('selfheal-web-cpu', 'ALARM');
    expect(await round()).toMatchObject([{ metric: 'memory', targets: [] }]);
  });

  it('is one signal for its component, however many of its alarms are red', async () => {
    const alarms = {
      high: { metric: 'memory', threshold: 90, dimensions: {} },
      memory: { metric: 'memory', threshold: 80, dimensions: {} },
    };
    const { world, round } = red(configured({ components: { web: { alarms } } }));
    world.alarms.named.set('selfheal-web-high', 'ALARM');
    expect(await round()).toHaveLength(1);
  });

  it('speaks of its own instance where each has an alarm of its own', async () => {
    const other = 'i-0123456789abcdef1';
    const alarms = { memory: { metric: 'memory', threshold: 90 } };
    const web = { targets: { instanceIds: [NODE, other] }, alarms };
    const { world, round } = red(configured({ components: { web } }));
    world.alarms.named.set(memoryAlarm(), 'OK');
    world.alarms.named.set(`${memoryAlarm()}-${NODE}`, 'OK');
    world.alarms.named.set(`${memoryAlarm()}-${other}`, 'ALARM');
    expect(await round()).toMatchObject([{ targets: [other] }]);
  });
});

describe('alarms of several components that are still red', () => {
  /** All red, in one group; what a round hands back, and what triage makes of it. */
  function tier({ maxInFlight = 1, maxConcurrentRepairs = 5 } = {}) {
    const names = ['a', 'b', 'c'];
    const configuration = configured({
      settings: { maxConcurrentRepairs },
      groups: { tier: { maxInFlight, minHealthy: 0 } },
      components: Object.fromEntries(names.map((name) => [name, withMemoryAlarm({ group: 'tier' })])),
      strategies: [{ ...QUICK, maxAttempts: 9 }],
    });
    const { world, round } = red(configuration);
    for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    return { world, round };
  }

  it('take turns: whoever is repaired in vain again and again does not keep the others from it', async () => {
    const { world, round } = tier();
    const turns: unknown[] = [];
    for (let minute = 0; minute < 6; minute += 1) {
      for (const signal of await round()) {
        turns.push(signal['component']);
        const decision = await triage(world, signalEvent(signal, `event-${minute}`));
        if (decision.decision !== 'heal') throw new Error(JSON.stringify(decision));
        const operation = await world.store.getOperation(decision.operationId);
        if (operation) await conclude(world, { ...inputOf(operation), state: 'FAILED' });
      }
    }
    expect(turns).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('are handed back no more at once than the whole fleet has room for', async () => {
    const { round } = tier({ maxInFlight: 3, maxConcurrentRepairs: 2 });
    expect((await round()).map(({ component }) => component)).toEqual(['a', 'b']);
  });
});

describe('a component whose alarms are all OK', () => {
  const grouped = configured({
    groups: { tier: {} },
    components: { web: withMemoryAlarm({ group: 'tier' }) },
  });
  const unwellIn = async (world: World) =>
    (await world.store.readLimits('web', 'none')).limits.fleet.unhealthy;

  it('loses its stale unhealthy mark', async () => {
    const world = createWorld(grouped);
    world.alarms.named.set(memoryAlarm(), 'OK');
    await world.store.markUnhealthy('web');
    expect((await reconcileAlarms(world)).done).toEqual(['web: no alarm is red']);
    expect(await unwellIn(world)).toEqual([]);
    expect((await reconcileAlarms(world)).done).toEqual([]);
  });

  it('keeps it while an alarm has no data or is not there: no answer is not a good one (invariant 10)', async () => {
    const world = createWorld(grouped);
    await world.store.markUnhealthy('web');
    await reconcileAlarms(world);
    world.alarms.named.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    await reconcileAlarms(world);
    expect(await unwellIn(world)).toEqual(['web']);
  });

  it('loses it after a round if nothing observes the component: no alarm, and no endpoint', async () => {
    const components = { web: withMemoryAlarm({ group: 'tier' }), batch: { group: 'tier' } };
    const world = createWorld(configured({ groups: { tier: { maxInFlight: 2 } }, components }));
    await world.store.markUnhealthy('batch');
    await world.store.markUnhealthy('web');
    expect((await reconcileAlarms(world)).done).toEqual([
      'batch: nobody observes it, so that it no longer counts as unwell',
    ]);
    expect(await unwellIn(world)).toEqual(['web']);
  });

  it('loses it when it is no longer configured', async () => {
    const world = createWorld(grouped);
    await world.store.markUnhealthy('gone');
    await reconcileAlarms(world);
    expect(await unwellIn(world)).toEqual([]);
  });

  it('keeps it while an operation is in flight', async () => {
    const world = createWorld(grouped);
    world.alarms.named.set(memoryAlarm(), 'OK');
    await admitted(world);
    expect((await reconcileAlarms(world)).done).toEqual([]);
    expect(await unwellIn(world)).toEqual(['web']);
  });
});
