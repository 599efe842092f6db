import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm } from '../../../factories/configuration.ts';
import { sampleEvent } from '../../../factories/events/sample-event.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, withStore } from '../../../factories/ports/world.ts';

const alert = signalEvent({ component: 'web', metric: 'memory' });
const unavailable = () => Promise.reject(new StoreUnavailable('throttled'));

describe('the refusals of triage', () => {
  it.each([
    ['SEVERITY_TOO_LOW', { severity: 'INFO' }],
    ['NO_STRATEGY', { metric: 'cpu' }],
    ['UNKNOWN_TARGET', { targets: ['i-00000000'] }],
    ['UNKNOWN_COMPONENT', { component: 'db' }],
    ['NOT_UNDERSTOOD', { severity: 'GRAVE' }],
  ])('include %s, on record and counted (invariant 6: no signal vanishes)', async (reason, detail) => {
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

  it.each([
    ['muted-metric-alarm', 'MUTED'],
    ['suppressed-composite-alarm', 'SUPPRESSED'],
  ])('include that of a %s as %s', async (name, reason) => {
    const alarms = {
      cpu: { adopt: 'ServerCpuTooHigh', metric: 'memory' },
      all: { adopt: 'ServiceAggregatedAlarm', metric: 'memory' },
    };
    const world = createWorld(configured({ components: { web: { alarms } } }));
    const event = sampleEvent(name);
    world.clock.now = Date.parse(String(event['time']));
    expect(await triage(world, event)).toMatchObject({ decision: 'refuse', reason });
    expect(await world.store.listRefusals('web', 5)).toHaveLength(1);
  });

  it('name the operation that holds the targets which two components share, and until when', async () => {
    const service = 'shared.service';
    const world = createWorld(
      configured({
        settings: { maxConcurrentRepairs: 5 },
        components: { web: { service }, api: { service } },
      }),
    );
    const { operationId } = await admitted(world);
    const { claim } = (await world.store.readLimits('web')).limits.component;
    const refused = await triage(world, signalEvent({ component: 'api', metric: 'memory' }, 'event-2'));
    expect(refused).toMatchObject({
      ...{ decision: 'refuse', reason: 'TARGET_BUSY', eligibleAtMs: claim?.leaseUntilMs },
      detail: expect.stringMatching(new RegExp(`web.*, is in flight: operation ${operationId}$`)),
    });
    await world.store.setPause({ reason: 'release', sinceMs: NOON }, NOON);
    const paused = await triage(world, signalEvent({ component: 'api', metric: 'memory' }, 'event-3'));
    expect(paused).toMatchObject({ reason: 'PAUSED', detail: 'release' });
  });

  it('include what is not an event at all, without an error', async () => {
    const world = createWorld();
    for (const nothing of [undefined, null, 'alarm', [], { detail: {} }])
      expect(await triage(world, nothing)).toMatchObject({ decision: 'refuse', reason: 'NOT_UNDERSTOOD' });
    // Each is a signal of its own, but for `undefined` and `null`.
    const refusals = await world.store.listRefusals('unknown', 9);
    expect(new Set(refusals.map(({ signalId }) => signalId)).size).toBe(4);
  });

  it('have the time and the id of the event, cut to what a record keeps', async () => {
    const world = createWorld();
    const grave = signalEvent({ component: 'web', severity: 'GRAVE' }, 'x'.repeat(10_000));
    await triage(world, { ...grave, time: '2026-11-22T13:29:00Z' });
    const [refusal] = await world.store.listRefusals('web', 5);
    expect(refusal).toMatchObject({ occurredAtMs: NOON - 60_000, refusedAtMs: NOON });
    expect(refusal?.signalId).toMatch(/^x+/);
    expect(refusal?.signalId.length).toBeLessThan(1_000);
  });

  it('include what is dated before 1970, on a record that can be read', async () => {
    const world = createWorld();
    const early = { ...alert, time: '1969-12-31T23:59:59Z' };
    expect(await triage(world, early)).toMatchObject({ decision: 'refuse', reason: 'NOT_UNDERSTOOD' });
    expect(await world.store.listRefusals('web', 5)).toMatchObject([{ occurredAtMs: NOON }]);
  });

  it('appear under the component that the event names, even if nothing else can be read', async () => {
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

  it('appear once for the same signal', async () => {
    const world = createWorld();
    const low = signalEvent({ component: 'web', metric: 'memory', severity: 'INFO' });
    await triage(world, low);
    await triage(world, low);
    expect(await world.store.listRefusals('web', 5)).toHaveLength(1);
  });

  it('invariant 10: say LIMITS_UNKNOWN of what can’t be known', async () => {
    const world = withStore(createWorld(), { readLimits: unavailable });
    expect(await triage(world, alert)).toMatchObject({
      decision: 'refuse',
      reason: 'LIMITS_UNKNOWN',
      detail: 'StoreUnavailable: throttled',
    });
  });

  it('say LIMITS_UNKNOWN when the limits change faster than they can be read', async () => {
    const world = withStore(createWorld(), { admit: async () => ({ outcome: 'conflict' }) });
    expect(await triage(world, alert)).toMatchObject({
      reason: 'LIMITS_UNKNOWN',
      detail: 'the limits kept changing while they were read',
    });
  });

  it('come after fifteen seconds of tries, each of which waits longer', async () => {
    const world = withStore(createWorld(), { admit: async () => ({ outcome: 'conflict' }) });
    const waits: number[] = [];
    Object.assign(world.clock, {
      sleep: async (ms: number) => {
        waits.push(ms);
        world.clock.now += ms;
      },
    });
    await triage({ ...world, random: () => 1 }, alert);
    expect(waits.slice(0, 8)).toEqual([40, 80, 160, 320, 640, 1_280, 1_500, 1_500]);
    const waited = waits.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(15_000);
    expect(waited - 1_500).toBeLessThan(15_000);
    waits.length = 0;
    await triage({ ...world, random: () => 0 }, signalEvent(alert.detail, 'event-2'));
    expect(waits.slice(0, 3)).toEqual([20, 40, 80]);
  });

  it('never vanish: if not even a refusal can be recorded, triage fails, and the event is kept', async () => {
    const world = withStore(createWorld(), { readLimits: unavailable, recordRefusal: unavailable });
    await expect(triage(world, alert)).rejects.toThrow(StoreUnavailable);
  });

  it('mark a component as unhealthy in its group, even if it can’t be healed now', async () => {
    const components = { web: { group: 'tier' }, other: { group: 'tier' } };
    const world = createWorld(
      configured({ settings: { maxConcurrentRepairs: 1 }, groups: { tier: { minHealthy: 1 } }, components }),
    );
    await admitted(world, { component: 'other' });
    expect(await triage(world, alert)).toMatchObject({ decision: 'refuse' });
    const { limits } = await world.store.readLimits('other');
    expect(limits.fleet.unhealthy).toEqual(['other', 'web']);
  });

  it('do not mark a paused component as unhealthy', async () => {
    const groups = { tier: { minHealthy: 1 } };
    const components = { web: { group: 'tier' }, other: { group: 'tier' } };
    const world = createWorld(configured({ settings: { paused: true }, groups, components }));
    await triage(world, alert);
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });
});
