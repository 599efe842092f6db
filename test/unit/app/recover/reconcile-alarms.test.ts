import { describe, expect, it } from 'vitest';
import { joinIncident } from '../../../../functions/app/correlation/join-incident.ts';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { admit } from '../../../../functions/app/triage/admit.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import { parseSignal } from '../../../../functions/core/signal/parse-signal.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf, type World, withStore } from '../../../factories/ports/world.ts';

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

  it('is a signal that triage understands', async () => {
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

  it('is handed back when its window opens, and counts as unhealthy in its group until then', async () => {
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

  it('about another’s instance is not handed back, as triage would refuse it, and marks nobody', async () => {
    const { world, round } = adopted(['i-0fffffffffffffff1'], { group: 'tier' });
    expect(await round()).toEqual([]);
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });

  it('is not handed back if it was deleted meanwhile', async () => {
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

  it('is understood however many of them are red', async () => {
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

  it('is not handed back once none of them is', async () => {
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
  ])('does not when it %s', async (_, fields, settings) => {
    const { world } = red(configured({ ...resting, settings, components: memberOf(fields) }));
    await reconcileAlarms(world);
    expect(await unhealthy(world)).toEqual([]);
  });

  it('does not for an alarm that is muted, nor for one of severity INFO', async () => {
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

describe('alarms of several components that are still red', () => {
  /** All red, in one group; what a round hands back, and what triage makes of it. */
  function tier({ maxInFlight = 1, maxConcurrentRepairs = 5, more = {} } = {}) {
    const names = ['a', 'b', 'c'];
    const configuration = configured({
      settings: { maxConcurrentRepairs },
      groups: { tier: { maxInFlight, minHealthy: 0 } },
      components: Object.fromEntries(
        names.map((name) => [name, withMemoryAlarm({ group: 'tier', ...more })]),
      ),
      strategies: [{ ...QUICK, maxAttempts: 9 }],
    });
    const { world, round } = red(configuration);
    for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    return { world, round };
  }

  it('take turns: a component whose repair keeps failing does not keep the others from theirs', async () => {
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

  it('are handed back one at a time where they have one service on one host', async () => {
    const { round } = tier({ maxInFlight: 3, more: { service: 'shared.service' } });
    expect((await round()).map(({ component }) => component)).toEqual(['a']);
  });
});

describe('components that wait for room in a budget', () => {
  /** One may be healed at a time; `c` is the most urgent, `b` has waited longest of those that are equally urgent. */
  function queueing() {
    const severities = { a: 'WARNING', b: 'WARNING', c: 'CRITICAL' } as const;
    const { world, round } = red(
      configured({
        settings: { maxConcurrentRepairs: 1 },
        components: Object.fromEntries(
          Object.entries(severities).map(([name, severity]) => [
            name,
            withMemoryAlarm({
              alarms: {
                memory: { metric: 'memory', threshold: 90, severity, dimensions: { InstanceId: NODE } },
              },
            }),
          ]),
        ),
        strategies: [{ ...QUICK, maxAttempts: 9, trigger: { metrics: ['memory'] } }],
      }),
    );
    const { now } = world.clock;
    for (const [name, minutes] of Object.entries({ a: 1, b: 5, c: 0 })) {
      world.alarms.named.set(memoryAlarm(name), 'ALARM');
      world.alarms.since.set(memoryAlarm(name), now - minutes * 60_000);
    }
    return { world, round };
  }
  const queueIn = async (world: World) =>
    (await world.store.readFleet()).queue?.next.map(({ component }) => component);

  it('have their turn by priority, and among equals by how long they have waited', async () => {
    const { world, round } = queueing();
    expect((await round()).map(({ component }) => component)).toEqual(['c']);
    expect(await queueIn(world)).toEqual(['b', 'a']);
  });

  it('are kept in the fleet’s record with their priority, until nobody waits', async () => {
    const { world, round } = queueing();
    await round();
    expect((await world.store.readFleet()).queue).toMatchObject({
      length: 2,
      next: [
        { component: 'b', priority: 0.25, budget: 'fleet' },
        { component: 'a', priority: 0.25, budget: 'fleet' },
      ],
      validUntilMs: world.clock.now + 130_000,
    });
    for (const name of ['a', 'b']) world.alarms.named.set(memoryAlarm(name), 'OK');
    await round();
    expect((await world.store.readFleet()).queue).toBeUndefined();
  });

  it('leave no queue behind when the last alarm is OK', async () => {
    const { world, round } = queueing();
    await round();
    for (const name of ['a', 'b', 'c']) world.alarms.named.set(memoryAlarm(name), 'OK');
    await round();
    expect((await world.store.readFleet()).queue).toBeUndefined();
  });

  it('come before an alarm that rings only now and is less urgent, once there is room', async () => {
    const { world, round } = queueing();
    const [signal = {}] = await round();
    const admittedFirst = await triage(world, signalEvent(signal));
    if (admittedFirst.decision !== 'heal') throw new Error(JSON.stringify(admittedFirst));
    await round();
    const operation = await world.store.getOperation(admittedFirst.operationId);
    if (operation) await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    world.alarms.named.set(memoryAlarm('c'), 'OK');
    const late = alertOf('a', { severity: 'WARNING', occurredAtMs: world.clock.now, origin: 'alarm' });
    const admission = await admit(world, late);
    expect(admission).toMatchObject({ outcome: 'refused', refusal: { reason: 'FLEET_BUSY' } });
    expect((await round()).map(({ component }) => component)).toEqual(['b']);
  });

  it('are ranked by the incidents that they account for', async () => {
    const callers = ['cart', 'shop'];
    const names = [...callers, 'database', 'mail'];
    const more = (name: string) => (callers.includes(name) ? { dependsOn: ['database'] } : {});
    const { world, round } = red(
      configured({
        settings: { maxConcurrentRepairs: 1 },
        components: Object.fromEntries(names.map((name) => [name, withMemoryAlarm(more(name))])),
        strategies: [QUICK],
      }),
    );
    for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    const cause = { component: 'database', confidence: 0.9 };
    for (const name of callers)
      await joinIncident(world, { alert: alertOf(name, { occurredAtMs: world.clock.now }), cause });
    await round();
    const [first] = world.events.signals;
    expect(first).toMatchObject({ component: 'database' });
    expect(await queueIn(world)).toEqual(['mail', 'cart', 'shop']);
  });

  it('are ranked by their alarms alone where incidents cannot be read', async () => {
    const { world } = queueing();
    const { configuration } = world;
    const { c, ...others } = configuration.components;
    if (!c) throw new Error('c is missing');
    const linked = { ...configuration, components: { ...others, c: { ...c, dependsOn: ['a'] } } };
    const blind = {
      ...world,
      configuration: linked,
      correlation: { ...world.correlation, readBoards: () => Promise.reject(new Error('not decodable')) },
    };
    const { problems } = await reconcileAlarms(blind);
    expect(problems[0]).toBe('incidents of components with red alarms: Error: not decodable');
    expect(world.events.signals.map(({ component }) => component)).toContain('c');
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

describe('what red components depend on', () => {
  it('has its turn, however many of them are left to it', async () => {
    const callers = ['cart', 'search', 'shop'];
    const names = [...callers, 'database'];
    const more = (name: string) => (name === 'database' ? {} : { dependsOn: ['database'] });
    const world = createWorld(
      configured({
        components: Object.fromEntries(names.map((name) => [name, withMemoryAlarm(more(name))])),
        strategies: [QUICK],
      }),
    );
    for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    const operation = await admitted(world, { component: 'database' });
    await conclude(world, { ...inputOf(operation), state: 'FAILED' });
    world.clock.now += 60_000;
    await reconcileAlarms(world);
    expect(world.events.signals.map(({ component }) => component)).toContain('database');
  });
});
