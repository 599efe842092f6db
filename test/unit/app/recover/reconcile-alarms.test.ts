import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { parseSignal } from '../../../../functions/core/signal/parse-signal.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { admitted, inputOf, type World, withStore } from '../../../factories/ports/world.ts';
import { QUICK, red } from './red-alarms.ts';

async function failOne(world: World) {
  const operation = await admitted(world);
  await conclude(world, { ...inputOf(operation), state: 'FAILED' });
}

describe('an alarm that is still red', () => {
  it('goes back to triage after its operation has failed, with its instances', async () => {
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

  it('shows how much is unhealthy and in flight, and the attempts used, and nothing of an idle fleet', async () => {
    const { world, round } = red();
    await failOne(world);
    world.metrics.figures.length = 0;
    await round();
    expect(world.metrics.figures).toEqual([
      'ComponentsUnhealthy 1',
      'RepairsInFlight 0',
      'RepairsWaiting 0',
      'AttemptsUsed 50',
    ]);
    const calm = red();
    calm.world.alarms.named.clear();
    await calm.round();
    expect(calm.world.metrics.figures).toEqual([]);
  });

  it('becomes a signal that triage understands', async () => {
    const { world, round } = red();
    await failOne(world);
    const [signal = {}] = await round();
    expect(await triage(world, signalEvent(signal))).toMatchObject({ decision: 'heal' });
  });

  it('invariant 11: retries until attempts are spent, then notifies once', async () => {
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
    expect(world.notifier.sent).toHaveLength(1);
  });

  it('returns to triage when its window opens, and counts as unhealthy in its group until then', async () => {
    const nights = { open: [{ from: '13:33', to: '18:00' }] };
    const { world, round } = red(
      configured({
        windows: { nights },
        groups: { front: { window: 'nights' } },
        components: { web: withMemoryAlarm({ group: 'front' }) },
      }),
    );
    expect(await round()).toEqual([]);
    expect((await world.store.readFleet()).unhealthy).toEqual(['web']);
    expect(await round()).toEqual([]);
    expect(await round()).toMatchObject([{ component: 'web', metric: 'memory' }]);
  });

  it('does not return while it would not be admitted: in flight, in a cooldown, paused', async () => {
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

  it('does not return while it is silenced, which is reported (invariant 4: what is muted is not touched)', async () => {
    const { world, round } = red();
    world.alarms.silenced.set(memoryAlarm(), 'mute rule release-night');
    expect(await round()).toEqual([]);
    expect((await reconcileAlarms(world)).done).toEqual([
      `left ${memoryAlarm()} alone: silenced by mute rule release-night`,
    ]);
  });

  it('counts in a row, as if it had rung again', async () => {
    const trigger = { metrics: ['memory'], consecutiveFailures: 2 };
    const { world, round } = red(configured({ strategies: [{ trigger }] }));
    expect(await triage(world, signalEvent({ component: 'web', metric: 'memory' }))).toMatchObject({
      reason: 'TRIGGER_PENDING',
    });
    const [signal = {}] = await round();
    const later = { ...signalEvent(signal, 'event-2'), time: new Date(world.clock.now).toISOString() };
    expect(await triage(world, later)).toMatchObject({ decision: 'heal' });
  });

  it('becomes a signal whatever its name is', async () => {
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

  it('makes one signal for its component, however many of its alarms are red', async () => {
    const alarms = {
      high: { metric: 'memory', threshold: 90, dimensions: {} },
      memory: { metric: 'memory', threshold: 80, dimensions: {} },
    };
    const { world, round } = red(configured({ components: { web: { alarms } } }));
    world.alarms.named.set('selfheal-web-high', 'ALARM');
    expect(await round()).toHaveLength(1);
  });

  it('names its own instance where each has an alarm of its own', async () => {
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

describe('an adopted alarm that is still red', () => {
  const other = 'i-0123456789abcdef1';
  const adopt = 'ServerMemory';
  const alarms = { memory: { adopt, metric: 'memory' } };
  /** Adopted by a component of two nodes, red, and about `targets`. */
  function adopted(targets: readonly string[], groups = {}) {
    const web = { targets: { instanceIds: [NODE, other] }, alarms, ...groups };
    const { world, round } = red(configured({ groups: { tier: {} }, components: { web } }));
    world.alarms.named.set(adopt, 'ALARM');
    world.alarms.targets.set(adopt, targets);
    return { world, round };
  }

  it('names the instance that it is about, and no other', async () => {
    const { round } = adopted([other]);
    expect(await round()).toMatchObject([{ alarmName: adopt, targets: [other] }]);
  });

  it('names no instance if it is about the whole component', async () => {
    const { round } = adopted([]);
    expect(await round()).toMatchObject([{ targets: [] }]);
  });

  it('does not return if it is about another’s instance, which triage would refuse, and marks nobody', async () => {
    const { world, round } = adopted(['i-0fffffffffffffff1'], { group: 'tier' });
    expect(await round()).toEqual([]);
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });

  it('does not return if it was deleted meanwhile', async () => {
    const { world, round } = adopted([]);
    world.alarms.targetsOf = async () => undefined;
    expect(await round()).toEqual([]);
  });
});

describe('an alarm over a group that is still red', () => {
  const group = {
    targets: { autoScalingGroup: 'web-asg' },
    alarms: { memory: { metric: 'memory', threshold: 90 } },
  };

  it('names the instances that are red, and no others', async () => {
    const { world, round } = red(configured({ components: { web: group }, strategies: [QUICK] }));
    world.alarms.targets.set(memoryAlarm(), [NODE]);
    expect(await round()).toMatchObject([{ alarmName: memoryAlarm(), targets: [NODE] }]);
  });

  it('becomes a signal however many of them are red', async () => {
    const configuration = configured({ components: { web: group }, strategies: [QUICK] });
    const { world, round } = red(configuration);
    const instances = Array.from({ length: 500 }, (_, i) => `i-${i.toString(16).padStart(17, '0')}`);
    world.alarms.targets.set(memoryAlarm(), instances);
    const [handedBack] = await round();
    expect(parseSignal(signalEvent({ ...handedBack }), configuration, world.clock.now)).toMatchObject({
      kind: 'alert',
      alert: { alarmName: memoryAlarm(), targets: instances },
    });
  });

  it('does not return once none of them is red', async () => {
    const { world, round } = red(configured({ components: { web: group }, strategies: [QUICK] }));
    world.alarms.targetsOf = async () => undefined;
    expect(await round()).toEqual([]);
  });
});

describe('a component whose alarm is red', () => {
  const groups = { tier: { maxInFlight: 2 } };
  const memberOf = (fields = {}) => ({ web: withMemoryAlarm({ group: 'tier', ...fields }) });
  const resting = { strategies: [{ cooldownSeconds: 3600 }], groups };
  const unhealthy = async (world: World) => (await world.store.readFleet()).unhealthy;

  it('counts as unhealthy again when its mark was lost, also while it can’t be healed', async () => {
    const { world } = red(configured({ ...resting, components: memberOf() }));
    await failOne(world);
    await world.store.markHealthy('web');
    expect(await reconcileAlarms(world)).toEqual({
      done: [`web: ${memoryAlarm()} is red, so it counts as unhealthy`],
      problems: [],
      denials: [],
    });
    expect(await unhealthy(world)).toEqual(['web']);
    expect((await reconcileAlarms(world)).done).toEqual([]);
  });

  it.each([
    ['is excluded', { excluded: true }, {}],
    ['is paused', {}, { paused: true }],
    ['is in no group', { group: undefined }, {}],
  ])('does not count as unhealthy when it %s', async (_, fields, settings) => {
    const { world } = red(configured({ ...resting, settings, components: memberOf(fields) }));
    await reconcileAlarms(world);
    expect(await unhealthy(world)).toEqual([]);
  });

  it('does not count as unhealthy for an alarm that is muted, nor for one of severity INFO', async () => {
    const muted = red(configured({ ...resting, components: memberOf() }));
    await failOne(muted.world);
    await muted.world.store.markHealthy('web');
    muted.world.alarms.silenced.set(memoryAlarm(), 'mute rule night');
    await reconcileAlarms(muted.world);
    expect(await unhealthy(muted.world)).toEqual([]);

    const alarms = { memory: { metric: 'memory', threshold: 90, dimensions: {}, severity: 'INFO' } };
    const seen = red(configured({ ...resting, components: memberOf({ alarms }) }));
    await reconcileAlarms(seen.world);
    expect(await unhealthy(seen.world)).toEqual([]);
  });
});

it('a component that can’t be read stops no other', async () => {
  const names = ['a', 'b', 'c'];
  const components = Object.fromEntries(names.map((name) => [name, withMemoryAlarm()]));
  const { world } = red(configured({ components, settings: { maxConcurrentRepairs: 9 } }));
  for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
  const { readLimits } = world.store;
  const half = withStore(world, {
    readLimits: (component, operationId) =>
      component === 'b' ? Promise.reject(new Error('not decodable')) : readLimits(component, operationId),
  });
  const { problems } = await reconcileAlarms(half);
  expect(problems).toEqual(['alarms of b: Error: not decodable']);
  expect(world.events.signals.map(({ component }) => component)).toEqual(['a', 'c']);
});
