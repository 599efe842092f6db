import { describe, expect, it } from 'vitest';
import { triage } from '../../../functions/app/triage.ts';
import type { RefusalRecord } from '../../../functions/core/admission/refusal.ts';
import { ServiceUnavailable, StoreUnavailable } from '../../../functions/ports/errors.ts';
import { configured, memoryAlarm, NODE } from '../../factories/configuration.ts';
import { sampleEvent } from '../../factories/events/sample-event.ts';
import { controlEvent, signalEvent } from '../../factories/events/selfheal-event.ts';
import { FENCE, NOON } from '../../factories/operations/admissions.ts';
import { admitted, createWorld, withStore } from '../../factories/ports/world.ts';

const alert = signalEvent({ component: 'web', metric: 'memory' });
const unavailable = () => Promise.reject(new StoreUnavailable('throttled'));

describe('triage heals', () => {
  it('heals when admission grants it, and says so to the state machine', async () => {
    const world = createWorld();
    const decision = await triage(world, alert);
    expect(decision).toEqual({
      decision: 'heal',
      operationId: expect.stringMatching(/^20261122T133000Z-/),
      component: 'web',
      fence: FENCE,
    });
    expect(await world.store.listOperations(5)).toMatchObject([
      { state: 'HEALING', component: 'web', attempt: 1 },
    ]);
  });

  it('heals once, however often the same event is delivered', async () => {
    const world = createWorld();
    const decisions = [await triage(world, alert), await triage(world, alert), await triage(world, alert)];
    expect(new Set(decisions.map((decision) => JSON.stringify(decision))).size).toBe(1);
    expect(await world.store.listOperations(5)).toHaveLength(1);
  });

  it('invariant 1: one of 50 concurrent alerts for a component; the others are refusals (invariant 6)', async () => {
    const world = createWorld();
    const events = Array.from({ length: 50 }, (_, index) =>
      signalEvent({ component: 'web', metric: 'memory' }, `event-${index}`),
    );
    const decisions = await Promise.all(events.map((event) => triage(world, event)));
    expect(decisions.filter(({ decision }) => decision === 'heal')).toHaveLength(1);
    const refusals = await world.store.listRefusals('web', 100);
    expect(refusals).toHaveLength(49);
    expect(new Set(refusals.map(({ reason }) => reason))).toEqual(new Set(['IN_PROGRESS']));
  });

  it('decides again after a conflict, with the limits that have changed', async () => {
    const world = createWorld();
    let conflicts = 0;
    const flaky = withStore(world, {
      admit: async (operation, grant, limits) => {
        conflicts += 1;
        return conflicts < 3 ? { outcome: 'conflict', limits } : world.store.admit(operation, grant, limits);
      },
    });
    expect(await triage(flaky, alert)).toMatchObject({ decision: 'heal' });
    expect(conflicts).toBe(3);
  });
});

describe('triage refuses', () => {
  it.each([
    ['SEVERITY_TOO_LOW', { severity: 'INFO' }],
    ['NO_STRATEGY', { metric: 'cpu' }],
    ['UNKNOWN_TARGET', { targets: ['i-00000000'] }],
    ['UNKNOWN_COMPONENT', { component: 'db' }],
    ['NOT_UNDERSTOOD', { severity: 'GRAVE' }],
  ])('refuses with %s, on record and counted (invariant 6: no signal vanishes)', async (reason, detail) => {
    const world = createWorld();
    const event = signalEvent({ component: 'web', metric: 'memory', ...detail });
    expect(await triage(world, event)).toMatchObject({ decision: 'refuse', reason });
    const component = { UNKNOWN_COMPONENT: 'db' }[reason] ?? 'web';
    expect(await world.store.listRefusals(component, 5)).toMatchObject([
      { reason, signalId: 'event-1', refusedAtMs: NOON },
    ]);
    expect(world.metrics.figures).toEqual([`refused ${reason}`]);
    expect(await world.store.listOperations(5)).toEqual([]);
  });

  it.each(['muted-metric-alarm', 'suppressed-composite-alarm'])('%s', async (name) => {
    const alarms = {
      cpu: { adopt: 'ServerCpuTooHigh', metric: 'memory' },
      all: { adopt: 'ServiceAggregatedAlarm', metric: 'memory' },
    };
    const world = createWorld(configured({ components: { web: { alarms } } }));
    const event = sampleEvent(name);
    world.clock.now = Date.parse(String(event['time']));
    expect(await triage(world, event)).toMatchObject({ decision: 'refuse' });
    expect(await world.store.listRefusals('web', 5)).toHaveLength(1);
  });

  it('what is no event at all, without an error', async () => {
    const world = createWorld();
    for (const nothing of [undefined, null, 'alarm', [], { detail: {} }])
      expect(await triage(world, nothing)).toMatchObject({ decision: 'refuse', reason: 'NOT_UNDERSTOOD' });
  });

  it('what is dated before 1970, on a record that can be read', async () => {
    const world = createWorld();
    const early = { ...alert, time: '1969-12-31T23:59:59Z' };
    expect(await triage(world, early)).toMatchObject({ decision: 'refuse', reason: 'NOT_UNDERSTOOD' });
    expect(await world.store.listRefusals('web', 5)).toMatchObject([{ occurredAtMs: NOON }]);
  });

  it('files a refusal under the component that the event names, even if nothing else can be read', async () => {
    const world = createWorld();
    const filed = async (component: string) =>
      (await world.store.listRefusals(component, 20)).map(({ signalId }) => signalId);
    const web = { component: 'web', metric: 'memory' };
    await triage(world, signalEvent({ ...web, labels: { team: 'web' } }, 'unknown field'));
    await triage(world, signalEvent({ ...web, metric: ['memory'] }, 'bad metric'));
    await triage(world, { ...signalEvent(web, 'bad time'), time: 'yesterday' });
    const state = { value: 'MAYBE', timestamp: '2026-11-22T13:30:00.000+0000' };
    const alarm = sampleEvent('metric-alarm');
    await triage(world, { ...alarm, id: 'bad state', detail: { alarmName: memoryAlarm(), state } });
    expect((await filed('web')).toSorted()).toEqual(['bad metric', 'bad state', 'bad time', 'unknown field']);

    for (const component of [
      'web; reboot',
      'x'.repeat(100_000),
      '\ud800',
      'Web',
      ['web'],
      { name: 'web' },
      null,
    ])
      await triage(
        world,
        signalEvent({ component, metric: 'memory' }, JSON.stringify(component).slice(0, 20)),
      );
    expect(await filed('unknown')).toHaveLength(7);
    expect(await filed('web')).toHaveLength(4);
  });

  it('the same signal again in the same record', async () => {
    const world = createWorld();
    const low = signalEvent({ component: 'web', metric: 'memory', severity: 'INFO' });
    await triage(world, low);
    await triage(world, low);
    expect(await world.store.listRefusals('web', 5)).toHaveLength(1);
  });

  it('invariant 10: what can’t be known, with LIMITS_UNKNOWN', async () => {
    const world = withStore(createWorld(), { readLimits: unavailable });
    expect(await triage(world, alert)).toMatchObject({
      decision: 'refuse',
      reason: 'LIMITS_UNKNOWN',
      detail: 'StoreUnavailable: throttled',
    });
  });

  it('refuses with LIMITS_UNKNOWN when the limits change faster than they can be read', async () => {
    const world = withStore(createWorld(), { admit: async () => ({ outcome: 'conflict' }) });
    expect(await triage(world, alert)).toMatchObject({ reason: 'LIMITS_UNKNOWN' });
  });

  it('nothing silently: if not even a refusal can be recorded, it fails, and the event is kept', async () => {
    const world = withStore(createWorld(), { readLimits: unavailable, recordRefusal: unavailable });
    await expect(triage(world, alert)).rejects.toThrow(StoreUnavailable);
  });

  it('counts a refused component as unhealthy in its group, even if it can’t be healed now', async () => {
    const components = { web: { group: 'tier' }, other: { group: 'tier' } };
    const world = createWorld(
      configured({ settings: { maxConcurrentRepairs: 1 }, groups: { tier: { minHealthy: 1 } }, components }),
    );
    await admitted(world, { component: 'other' });
    expect(await triage(world, alert)).toMatchObject({ decision: 'refuse' });
    const { limits } = await world.store.readLimits('other');
    expect(limits.fleet.unhealthy).toEqual(['other', 'web']);
  });

  it('does not count a paused component as unhealthy', async () => {
    const groups = { tier: { minHealthy: 1 } };
    const components = { web: { group: 'tier' }, other: { group: 'tier' } };
    const world = createWorld(configured({ settings: { paused: true }, groups, components }));
    await triage(world, alert);
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });
});

describe('an event that is not ours to act on', () => {
  const foreign = { account: '999999999999', region: 'eu-central-1' };
  const alarm = {
    ...sampleEvent('metric-alarm'),
    detail: {
      alarmName: memoryAlarm(),
      state: { value: 'ALARM', timestamp: '2026-11-22T13:30:00.000+0000' },
    },
  };

  it.each([
    ['an alarm', alarm],
    ['a signal', alert],
    ['a pause', controlEvent({ command: 'pause', reason: 'maintenance of staging' })],
  ])('is refused on record if another account or region sent it: %s', async (_what, event) => {
    for (const origin of [
      { account: foreign.account },
      { region: foreign.region },
      { account: undefined },
      { region: null },
    ]) {
      const world = createWorld();
      expect(await triage(world, { ...event, ...origin })).toMatchObject({
        decision: 'refuse',
        reason: 'FOREIGN_EVENT',
        detail: expect.stringContaining('account 123456789012, region us-east-1'),
      });
      expect(await world.store.listOperations(5)).toEqual([]);
      expect((await world.store.readFleet()).pause).toBeUndefined();
      expect(world.metrics.figures).toEqual(['refused FOREIGN_EVENT']);
    }
  });

  it.each([
    'arn:aws:cloudwatch:us-east-1:999999999999:alarm:selfheal-web-memory',
    'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:selfheal-web-memory',
  ])('is refused on record if the alarm that it is about is elsewhere: %s', async (arn) => {
    const world = createWorld();
    expect(await triage(world, { ...alarm, resources: [arn] })).toMatchObject({
      decision: 'refuse',
      reason: 'FOREIGN_EVENT',
    });
    const ours = 'arn:aws-cn:cloudwatch:us-east-1:123456789012:alarm:selfheal-web-memory';
    for (const resources of [[ours], [], undefined, null])
      expect(await triage(createWorld(), { ...alarm, resources })).toMatchObject({ decision: 'heal' });
  });

  it('is refused on record, whatever stands for its id and its texts', async () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
    for (const event of [
      deep,
      { detail: deep },
      { ...alarm, id: 'x'.repeat(100_000) },
      { id: '\ud83d' },
      null,
    ]) {
      const world = createWorld();
      const recorded: RefusalRecord[] = [];
      await triage(
        withStore(world, { recordRefusal: async (refusal) => void recorded.push(refusal) }),
        event,
      );
      expect(recorded).toMatchObject([{ reason: 'NOT_UNDERSTOOD' }]);
      for (const text of [recorded[0]?.signalId, recorded[0]?.detail]) {
        expect(text?.isWellFormed()).toBe(true);
        expect(text?.length).toBeLessThanOrEqual(300);
      }
    }
  });

  it.each([
    ['a signal', alert],
    ['a pause', controlEvent({ command: 'pause', reason: 'mine' })],
  ])('is refused on record if its source may not send it: %s', async (_what, event) => {
    const world = createWorld();
    expect(await triage(world, { ...event, source: 'me' })).toMatchObject({
      decision: 'refuse',
      reason: 'UNKNOWN_SOURCE',
      detail: expect.stringMatching(/^source me: .*settings\.sources/),
    });
    expect(await world.store.listOperations(5)).toEqual([]);
    expect((await world.store.readFleet()).pause).toBeUndefined();
  });

  it('is taken from the sources that the configuration names', async () => {
    const sources = { signals: ['acme.monitor'], controls: ['acme.oncall'] };
    const world = createWorld(configured({ settings: { sources } }));
    const pause = controlEvent({ command: 'pause', reason: 'mine' });
    expect(await triage(world, pause)).toMatchObject({ reason: 'UNKNOWN_SOURCE' });
    expect(await triage(world, { ...alert, source: 'acme.monitor' })).toMatchObject({ decision: 'heal' });
    expect(await triage(world, { ...pause, source: 'acme.oncall' })).toMatchObject({ decision: 'observe' });
  });
});

describe('alerts in a row', () => {
  const three = { trigger: { metrics: ['memory'], consecutiveFailures: 3, withinSeconds: 300 } };
  const alertAt = (minute: number) => ({
    ...signalEvent({ component: 'web', metric: 'memory' }, `event-${minute}`),
    time: `2026-11-22T13:${30 + minute}:00Z`,
  });
  const play = async (minutes: readonly (number | 'recovery')[]) => {
    const world = createWorld(configured({ strategies: [three] }));
    const decisions = [];
    for (const minute of minutes) {
      const event =
        minute === 'recovery'
          ? signalEvent({ component: 'web', metric: 'memory', kind: 'recovery' })
          : alertAt(minute);
      if (minute !== 'recovery') world.clock.now = Date.parse(alertAt(minute).time);
      const decision = await triage(world, event);
      decisions.push(decision.decision === 'refuse' ? decision.reason : decision.decision);
    }
    return decisions;
  };

  it('heal when there are enough inside the window', async () => {
    expect(await play([0, 1, 2])).toEqual(['TRIGGER_PENDING', 'TRIGGER_PENDING', 'heal']);
  });

  it('do not count when they are too far apart', async () => {
    expect(await play([0, 3, 6, 9])).not.toContain('heal');
  });

  it('do not count when the same one is delivered again', async () => {
    expect(await play([0, 0, 0])).not.toContain('heal');
  });

  it('start again after a recovery', async () => {
    expect(await play([0, 1, 'recovery', 2, 3])).toEqual([
      'TRIGGER_PENDING',
      'TRIGGER_PENDING',
      'observe',
      'TRIGGER_PENDING',
      'TRIGGER_PENDING',
    ]);
  });
});

/** A world in which the only attempt on `web` has failed. */
async function spentWorld() {
  const world = createWorld(configured({ strategies: [{ maxAttempts: 1, cooldownSeconds: 0 }] }));
  const first = await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'event-1'));
  if (first.decision !== 'heal') throw new Error('refused');
  const { operationId, fence } = first;
  await world.store.conclude({
    operationId,
    component: 'web',
    fence,
    strategyId: 'restart',
    state: 'FAILED',
    result: 'FAILED',
    completedAtMs: NOON,
    cooldownUntilMs: NOON,
    cooldownScope: 'component',
  });
  return world;
}

describe('spent attempts', () => {
  it('invariant 11: are reported to the architect once, however many alerts follow', async () => {
    const world = await spentWorld();
    for (const id of ['event-2', 'event-3', 'event-4']) {
      const event = signalEvent({ component: 'web', metric: 'memory' }, id);
      expect(await triage(world, event)).toMatchObject({ reason: 'ATTEMPTS_SPENT' });
    }
    expect(world.notifier.told).toMatchObject([
      { topic: 'architect', subject: 'Selfheal has spent its attempts on web', body: { component: 'web' } },
    ]);
  });

  it('are reported by the next alert if the topic could not be reached', async () => {
    const world = await spentWorld();
    const event = (id: string) => signalEvent({ component: 'web', metric: 'memory' }, id);
    const notify = () => Promise.reject(new ServiceUnavailable('SNS is away'));
    await expect(triage({ ...world, notifier: { notify } }, event('event-2'))).rejects.toThrow(
      ServiceUnavailable,
    );
    await triage(world, event('event-3'));
    expect(world.notifier.told).toHaveLength(1);
  });
});

it('an alarm event names its alarm and its instance in the operation', async () => {
  const world = createWorld();
  const event = sampleEvent('metric-alarm');
  const dimensions = { InstanceId: NODE };
  const metrics = [{ id: 'm1', metricStat: { metric: { dimensions } } }];
  await triage(world, {
    ...event,
    detail: {
      ...event.detail,
      alarmName: memoryAlarm(),
      configuration: { metrics },
      state: { value: 'ALARM', timestamp: '2026-11-22T13:30:00.000+0000' },
    },
  });
  expect(await world.store.listOperations(1)).toMatchObject([
    { alert: { alarmName: memoryAlarm(), targets: [NODE], origin: 'alarm' } },
  ]);
});
