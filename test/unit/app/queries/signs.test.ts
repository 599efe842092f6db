import { describe, expect, it } from 'vitest';
import { checkComponent } from '../../../../functions/app/queries/issues/check-component.ts';
import { currentIssues } from '../../../../functions/app/queries/issues/current-issues.ts';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { watchedSeries } from '../../../../functions/core/analysis/component-series.ts';
import { observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { packState } from '../../../../functions/core/detection/packed-state.ts';
import { startSeries } from '../../../../functions/core/detection/series.ts';
import { shardOf } from '../../../../functions/core/watchdog/shards.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted } from '../../../factories/ports/world.ts';
import { ONE, round, worldOf } from './fleet-with-issues.ts';

const HOUR_MS = 3_600_000;
const health = { url: 'https://web.example.com/health' };
const signsOf = async (world: ReturnType<typeof worldOf>) => (await checkComponent(world, 'web')).signs;
/** Keeps a round of one shard alone. */
async function roundOf(world: ReturnType<typeof worldOf>, shard: number): Promise<void> {
  await round(world);
  const records = (await world.watchdog.listShards()).map((record) => ({ ...record, shard }));
  Object.assign(world.watchdog, { listShards: async () => records });
}

const NODE_SIGN = { subject: `node ${NODE}`, verdict: 'neutral', finding: 'Online' };

describe('what is looked at of a component', () => {
  it('is each of its alarms, of which one without data proves nothing and a missing one should answer', async () => {
    const world = worldOf();
    const found = async () => (await signsOf(world))[0];
    const subject = `alarm ${memoryAlarm()}`;
    expect(await found()).toEqual({ subject, verdict: 'unknown', finding: 'does not exist' });
    for (const [state, verdict] of [
      ['OK', 'healthy'],
      ['ALARM', 'unhealthy'],
      ['INSUFFICIENT_DATA', 'neutral'],
    ] as const) {
      world.alarms.named.set(memoryAlarm(), state);
      expect(await found()).toEqual({ subject, verdict, finding: state });
    }
  });

  it('is its peer, as far as the watchdog still makes rounds', async () => {
    const peered = () =>
      worldOf({
        watchdog: {},
        components: { web: { health }, api: { targets: { instanceIds: ['i-0000000000000000a'] }, health } },
      });
    const found = async (world: ReturnType<typeof worldOf>) =>
      (await signsOf(world)).filter(({ subject }) => subject !== `node ${NODE}`);
    const world = peered();
    expect(await found(world)).toEqual([
      { subject: 'peer web', verdict: 'unknown', finding: 'the watchdog has not had a round yet' },
    ]);
    await round(world);
    expect(await found(world)).toEqual([{ subject: 'peer web', verdict: 'healthy', finding: 'HEALTHY' }]);
    world.clock.now += HOUR_MS;
    expect(await found(world)).toEqual([
      {
        ...{ subject: 'peer web', verdict: 'unknown' },
        finding: 'the watchdog had its last round at 2026-11-22T13:30:00.000Z',
      },
    ]);
    const offline = peered();
    await round(offline, { web: 'OFFLINE' });
    expect(await found(offline)).toEqual([{ subject: 'peer web', verdict: 'unhealthy', finding: 'OFFLINE' }]);
  });

  it('is its peer, however long the watchdog waits from round to round', async () => {
    const world = worldOf({ watchdog: { intervalSeconds: 300 }, components: { web: { health } } });
    await round(world);
    world.clock.now += 600_000;
    expect(await signsOf(world)).toContainEqual({
      ...{ subject: 'peer web', verdict: 'healthy', finding: 'HEALTHY' },
    });
  });

  it('is its peer by the rounds of its own shard alone', async () => {
    const world = worldOf({ watchdog: { shards: 2 }, components: { web: { health } } });
    await roundOf(world, 1 - shardOf('web', 2));
    expect(await signsOf(world)).toContainEqual({
      ...{ subject: 'peer web', verdict: 'unknown', finding: 'the watchdog has not had a round yet' },
    });
  });

  it('is no peer where there is no watchdog', async () => {
    const world = worldOf({ watchdog: { enabled: false }, components: { web: { health } } });
    expect(await signsOf(world)).toEqual([NODE_SIGN]);
  });

  it('is each of its series, of which an ordinary one proves nothing', async () => {
    const metric = (metricName: string) => ({
      namespace: 'Shop',
      metricName,
      dimensions: { A: 'b' },
      detector: 'z_score',
    });
    const anomalies = { latency: metric('Latency'), errors: metric('Errors') };
    const world = worldOf({ ...ONE, components: { web: { anomalies } } });
    const series = async () => (await signsOf(world)).filter(({ subject }) => subject.startsWith('series'));
    expect(await series()).toEqual([
      { subject: 'series latency', verdict: 'unknown', finding: 'not read yet' },
      { subject: 'series errors', verdict: 'unknown', finding: 'not read yet' },
    ]);
    const open = { sinceMs: NOON, tier: 'HIGH', atMs: NOON, value: 9, expected: 4, score: 9 };
    const [latency] = watchedSeries(world.configuration.components);
    if (!latency) throw new Error('nothing is watched');
    const baseline = {
      ...{ fingerprint: latency.fingerprint, readUntilMs: NOON, watchedSinceMs: 0, open: open as never },
      packed: packState(latency.series, startSeries(latency.series)),
    };
    const components = { web: { series: { latency: baseline } } };
    const shard = baselineShardOf('web');
    await world.baselines.saveShard({ shard, savedAtMs: NOON, components, pending: [] }, 'v1', undefined);
    expect((await series())[0]).toEqual({
      ...{ subject: 'series latency', verdict: 'unhealthy', finding: 'anomalous (HIGH)' },
    });
  });

  it('is each of its hosts, with those that Systems Manager does not know', async () => {
    const world = worldOf({
      ...ONE,
      components: { web: { targets: { instanceIds: [NODE, 'i-0000000000000000a'] } } },
    });
    const deployment = {
      nodes: async () => [{ instanceId: NODE, ping: 'ConnectionLost', agentVersion: '3' }],
    };
    expect((await checkComponent({ ...world, deployment }, 'web')).signs).toEqual([
      { subject: `node ${NODE}`, verdict: 'unhealthy', finding: 'ConnectionLost' },
      { subject: 'node i-0000000000000000a', verdict: 'unhealthy', finding: 'is not a managed node' },
    ]);
  });

  it('is no host of a component that is on none', async () => {
    const world = worldOf({ ...ONE, components: { web: { targets: { custom: 'a' }, service: undefined } } });
    const deployment = { nodes: () => Promise.reject(new Error('asked')) };
    expect((await checkComponent({ ...world, deployment }, 'web')).signs).toEqual([]);
  });
});

describe('what is looked at of a component that has no more', () => {
  it('is no alarm, and none is asked for', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    const states = () => Promise.reject(new Error('asked'));
    expect(await signsOf({ ...world, alarms: { ...world.alarms, states } })).toEqual([NODE_SIGN]);
  });

  it('is a series that has been read, which proves nothing while it is as usual', async () => {
    const latency = { namespace: 'Shop', metricName: 'Latency', dimensions: { A: 'b' } };
    const world = worldOf({ ...ONE, components: { web: { anomalies: { latency } } } });
    const [watched] = watchedSeries(world.configuration.components);
    if (!watched) throw new Error('nothing is watched');
    const { state } = observeSeries(watched.series, startSeries(watched.series), [{ atMs: NOON, value: 5 }]);
    const baseline = {
      ...{ fingerprint: watched.fingerprint, readUntilMs: NOON, watchedSinceMs: 0 },
      packed: packState(watched.series, state),
    };
    const components = { web: { series: { latency: baseline } } };
    const shard = baselineShardOf('web');
    await world.baselines.saveShard({ shard, savedAtMs: NOON, components, pending: [] }, 'v1', undefined);
    expect((await signsOf(world))[0]).toEqual({
      ...{ subject: 'series latency', verdict: 'neutral', finding: 'as usual' },
    });
  });
});

describe('a check of a component', () => {
  it('names once what could not be read, though signs and issues are both read from it', async () => {
    const denied = () => Promise.reject(new NotPermitted({ action: 'cloudwatch:DescribeAlarms' }));
    const world = worldOf();
    const alarms = { ...world.alarms, redSince: denied, states: denied };
    const nodes = () => Promise.reject(new ServiceUnavailable('SSM does not answer'));
    const { unread, verdict } = await checkComponent({ ...world, alarms, deployment: { nodes } }, 'web');
    expect(unread.map(({ what }) => what)).toEqual(['alarms', 'managed nodes']);
    expect(verdict).toBe('unknown');
  });

  it('calls it unhealthy for its own issues, and not for those of what it depends on', async () => {
    const components = {
      web: withMemoryAlarm({ dependsOn: ['api'] }),
      api: withMemoryAlarm({ targets: { instanceIds: ['i-0000000000000000a'] } }),
    };
    const world = worldOf({ ...ONE, components });
    for (const name of ['web', 'api']) world.alarms.named.set(memoryAlarm(name), 'OK');
    await world.store.markUnhealthy('api');
    expect((await checkComponent(world, 'web')).verdict).toBe('healthy');
    expect(await checkComponent(world, 'api')).toMatchObject({ component: 'api', dependencyIssues: [] });
    await world.store.markUnhealthy('web');
    expect((await checkComponent(world, 'web')).verdict).toBe('unhealthy');
  });
});

describe('the issues of a fleet', () => {
  it('come with the pause and the mode that are in force, and with none that have ended', async () => {
    const world = worldOf();
    const setting = { reason: 'release', sinceMs: NOON, untilMs: NOON + HOUR_MS };
    await world.store.setPause(setting, NOON);
    const mode = { ...setting, mode: 'observe' } as const;
    await world.store.setOverride({ kind: 'mode', name: 'everything' }, { givenAtMs: NOON, setting: mode });
    expect(await currentIssues(world)).toMatchObject({ pause: setting, mode: { of: 'everything', ...mode } });
    world.clock.now += HOUR_MS;
    const later = await currentIssues(world);
    expect(later).not.toHaveProperty('pause');
    expect(later).not.toHaveProperty('mode');
  });

  it.each([
    ['isolate_network', 1],
    ['start_component', 0],
  ])('read the steps only of operations that may have isolated a host: %s', async (type, reads) => {
    const world = worldOf({ ...ONE, strategies: [{ actions: [{ type }] }] });
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    const asked: string[] = [];
    const listSteps: typeof world.store.listSteps = (id) => {
      asked.push(id);
      return world.store.listSteps(id);
    };
    const { issues } = await currentIssues({ ...world, store: { ...world.store, listSteps } });
    expect(asked).toEqual(Array.from({ length: reads }, () => operation.operationId));
    expect(issues.map(({ kind }) => kind)).toEqual(['failed-operation']);
  });
});
