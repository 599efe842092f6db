import { describe, expect, it } from 'vitest';
import { currentIssues } from '../../../../functions/app/queries/issues/current-issues.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { watchedSeries } from '../../../../functions/core/analysis/component-series.ts';
import { packState } from '../../../../functions/core/detection/packed-state.ts';
import { startSeries } from '../../../../functions/core/detection/series.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted } from '../../../factories/ports/world.ts';
import { found, ONE, redden, round, worldOf } from './fleet-with-issues.ts';

describe('the issues of a fleet', () => {
  it('stay empty while nothing is wrong', async () => {
    const world = worldOf();
    expect(await currentIssues(world)).toEqual({
      ...{ atMs: NOON, autoHealEnabled: true, pausedByConfiguration: false, issues: [], unread: [] },
    });
  });

  it('say of an alarm in ALARM whether the next signal is admitted', async () => {
    const world = worldOf();
    redden(world);
    expect(await found(world)).toEqual([[3, `alarm ${memoryAlarm()}`, 'admitted']]);
  });

  it('call a person if nothing heals what is critical, and not for a warning', async () => {
    const alarms = (severity: string) => ({
      ...ONE,
      strategies: [{ trigger: { metrics: ['errors'] } }],
      components: {
        web: { alarms: { memory: { metric: 'memory', threshold: 9, severity, dimensions: { A: 'b' } } } },
      },
    });
    const critical = worldOf(alarms('CRITICAL'));
    redden(critical);
    expect(await found(critical)).toEqual([[1, `alarm ${memoryAlarm()}`, 'NO_STRATEGY']]);
    const warning = worldOf(alarms('WARNING'));
    redden(warning);
    expect(await found(warning)).toEqual([[4, `alarm ${memoryAlarm()}`, 'NO_STRATEGY']]);
  });

  it('show the operation in flight, and that its alarm is being taken care of', async () => {
    const world = worldOf();
    redden(world);
    const { operationId } = await admitted(world);
    expect(await found(world)).toEqual([
      [3, `alarm ${memoryAlarm()}`, 'in-flight'],
      [3, `operation ${operationId}`, undefined],
    ]);
  });

  it('keep a failed operation until its component has recovered', async () => {
    const world = worldOf();
    const operation = await admitted(world);
    const failure = { error: 'ActionFailed', cause: 'exit 1' };
    await world.store.conclude(
      conclusionOf(operation, { state: 'FAILED', result: 'FAILED', failure, completedAtMs: NOON + 9_000 }),
    );
    expect((await currentIssues(world)).issues).toMatchObject([
      { kind: 'failed-operation', problem: '(restart) failed: ActionFailed', sinceMs: NOON + 9_000 },
    ]);
    await world.store.markHealthy('web');
    expect(await found(world)).toEqual([]);
  });

  it('list no failed operation of a component that is unhealthy again after a repair that held', async () => {
    const world = worldOf();
    await world.store.conclude(conclusionOf(await admitted(world)));
    await world.store.markUnhealthy('web');
    expect((await currentIssues(world)).issues.map(({ kind }) => kind)).toEqual(['unhealthy']);
  });

  it('call a person when all attempts are spent', async () => {
    const world = worldOf({ ...ONE, strategies: [{ maxAttempts: 1, cooldownSeconds: 0 }] });
    redden(world);
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    expect(await found(world)).toEqual([
      [1, `operation ${operation.operationId}`, 'ATTEMPTS_SPENT'],
      [1, `alarm ${memoryAlarm()}`, 'ATTEMPTS_SPENT'],
    ]);
  });

  it('ask for a decision on an open proposal, and not when it has expired', async () => {
    const world = worldOf({ ...ONE, strategies: [{ mode: 'propose' }] });
    redden(world);
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
    const proposed = await found(world);
    expect(proposed.map(([priority, , outlook]) => [priority, outlook])).toEqual([
      [2, 'proposed'],
      [2, 'proposed'],
    ]);
    world.clock.now += 3_600_000;
    expect((await found(world)).filter(([priority]) => priority === 2)).toEqual([]);
  });

  it('call a person for what is only observed', async () => {
    const world = worldOf({ ...ONE, strategies: [{ mode: 'observe' }] });
    redden(world);
    expect(await found(world)).toEqual([[1, `alarm ${memoryAlarm()}`, 'admitted']]);
  });

  it('show peers that the watchdog finds unhealthy, and a watchdog that has stopped', async () => {
    const health = { url: 'https://web.example.com/health' };
    const world = worldOf({
      watchdog: {},
      components: { web: { health } },
      peers: { gateway: { tcp: '10.0.0.1:443' } },
      strategies: [{ trigger: { statuses: ['OFFLINE'] } }],
    });
    expect(await found(world)).toEqual([[1, 'watchdog, shard 0', undefined]]);
    await round(world, { web: 'OFFLINE', gateway: 'DEGRADED' });
    expect(await found(world)).toEqual([
      [3, 'peer web', 'admitted'],
      [4, 'peer gateway', 'none'],
    ]);
  });

  it.each([
    ['HIGH', 'WARNING', 4],
    ['CRITICAL', 'CRITICAL', 1],
  ] as const)(
    'show an anomaly of tier %s as %s, with what was expected',
    async (tier, severity, priority) => {
      const anomalies = {
        latency: { namespace: 'Shop', metricName: 'Latency', dimensions: { A: 'b' }, unit: 'ms' },
      };
      const world = worldOf({ ...ONE, components: { web: { anomalies } } });
      const [watched] = watchedSeries(world.configuration.components);
      if (!watched) throw new Error('nothing is watched');
      const shard = baselineShardOf('web');
      const open = { sinceMs: NOON - 60_000, tier, atMs: NOON, value: 912.345, expected: 40, score: 9 };
      const baseline = {
        ...{ fingerprint: watched.fingerprint, readUntilMs: NOON, watchedSinceMs: 0, open: open as never },
        packed: packState(watched.series, startSeries(watched.series)),
      };
      const components = { web: { series: { [watched.name]: baseline } } };
      await world.baselines.saveShard({ shard, savedAtMs: NOON, components, pending: [] }, 'v1', undefined);
      expect((await currentIssues(world)).issues).toMatchObject([
        {
          ...{ kind: 'anomaly', priority, severity, subject: 'series latency' },
          problem: `is anomalous (${tier}): 912.3 ms instead of 40 ms`,
        },
      ]);
    },
  );

  it('show a signal that was refused within the hour, if nothing was done since', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    await world.store.setPause({ reason: 'maintenance', sinceMs: NOON }, NOON);
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'first'));
    expect(await found(world)).toEqual([[1, 'signal on memory', 'PAUSED']]);
    await world.store.setPause(undefined, NOON + 1);
    expect(await found(world)).toEqual([[3, 'signal on memory', 'admitted']]);
    world.clock.now += 1_000;
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation, {}));
    expect(await found(world)).toEqual([]);
  });

  it('show a signal that was refused after the last operation', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    await world.store.conclude(conclusionOf(await admitted(world)));
    world.clock.now += 60_000;
    await world.store.setPause({ reason: 'maintenance', sinceMs: world.clock.now }, world.clock.now);
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'later'));
    expect(await found(world)).toEqual([[1, 'signal on memory', 'PAUSED']]);
  });

  it('show a refusal that mends nothing only while the component is unhealthy', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    await world.store.recordRefusal({
      ...({ reason: 'MUTED', detail: 'until noon', metric: 'memory' } as const),
      ...{ signalId: 's', component: 'web', occurredAtMs: NOON, refusedAtMs: NOON },
    });
    expect(await found(world)).toEqual([]);
    await world.store.markUnhealthy('web');
    expect(await found(world)).toEqual([[3, 'signal on memory', 'admitted']]);
  });

  it('say what the strategy would do that a refused signal asked for', async () => {
    const strategies = [{ id: 'first' }, { id: 'asked' }];
    const world = worldOf({ ...ONE, components: { web: {} }, strategies });
    await world.store.recordRefusal({
      ...({ reason: 'PAUSED', detail: 'maintenance', metric: 'memory', strategyId: 'asked' } as const),
      ...{ signalId: 's', component: 'web', occurredAtMs: NOON, refusedAtMs: NOON },
    });
    expect((await currentIssues(world)).issues).toMatchObject([{ outlook: { strategyId: 'asked' } }]);
  });

  it('follow diagnosis, which decides before admission, for some minutes', async () => {
    const world = worldOf();
    redden(world);
    const refusal = { reason: 'CAUSE_ELSEWHERE', detail: 'database is at fault' } as const;
    await world.store.recordRefusal({
      ...refusal,
      ...{ signalId: 's', component: 'web', occurredAtMs: NOON, refusedAtMs: NOON },
    });
    expect(await found(world)).toEqual([[3, `alarm ${memoryAlarm()}`, 'CAUSE_ELSEWHERE']]);
    world.clock.now += 600_000;
    expect(await found(world)).toEqual([[3, `alarm ${memoryAlarm()}`, 'admitted']]);
  });

  it('begin with what is wrong with Selfheal itself', async () => {
    const world = worldOf();
    redden(world);
    redden(world, 'SelfhealEngine-triage-failed');
    await world.store.noteDenial({ action: 'ssm:SendCommand', role: 'selfheal-act' }, NOON);
    await triage(world, { source: 'nobody' });
    expect(await found(world)).toEqual([
      [1, 'alarm SelfhealEngine-triage-failed', undefined],
      [1, 'Selfheal', undefined],
      [3, `alarm ${memoryAlarm()}`, 'admitted'],
      [4, 'an event that names no component', undefined],
    ]);
  });

  it('name everything that could not be read', async () => {
    const latency = { namespace: 'Shop', metricName: 'Latency', dimensions: { A: 'b' } };
    const world = worldOf({
      watchdog: {},
      components: {
        web: withMemoryAlarm({ health: { url: 'https://web.example.com/' }, anomalies: { latency } }),
      },
      strategies: [{ actions: [{ type: 'isolate_network' }] }],
    });
    await world.store.conclude(conclusionOf(await admitted(world), { result: 'CONTAINED' }));
    const fails = () => Promise.reject(new NotPermitted({ action: 'dynamodb:Query' }));
    const { unread } = await currentIssues({
      ...world,
      alarms: { ...world.alarms, redSince: fails, inAlarm: fails },
      watchdog: { ...world.watchdog, listShards: fails },
      baselines: { ...world.baselines, readShards: fails },
      store: { ...world.store, listDenials: fails, listSteps: fails, listProposals: fails },
    });
    expect(unread.map(({ what }) => what).toSorted()).toEqual([
      'Selfheal’s own alarms',
      'alarms',
      'baselines of anomalies',
      'missing permissions',
      'peers of the watchdog',
      'proposals',
      'steps of operations',
      'the watchdog’s rounds',
    ]);
  });

  it('name what could not be read, and list the rest', async () => {
    const world = worldOf();
    await admitted(world);
    const alarms = {
      ...world.alarms,
      redSince: async () => {
        throw new NotPermitted({ action: 'cloudwatch:DescribeAlarms', role: 'ada' });
      },
    };
    const { issues, unread } = await currentIssues({ ...world, alarms });
    expect(issues.map(({ kind }) => kind)).toEqual(['operation']);
    expect(unread).toEqual([
      {
        ...{ what: 'alarms', permission: 'cloudwatch:DescribeAlarms' },
        problem: 'missing permission: cloudwatch:DescribeAlarms for role ada',
      },
    ]);
  });
});
