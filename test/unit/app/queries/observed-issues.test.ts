import { describe, expect, it } from 'vitest';
import { currentIssues } from '../../../../functions/app/queries/issues/current-issues.ts';
import {
  alarmIssues,
  anomalyIssues,
  peerIssues,
} from '../../../../functions/app/queries/issues/observed-issues.ts';
import { readScene } from '../../../../functions/app/queries/issues/scene.ts';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { watchedSeries } from '../../../../functions/core/analysis/component-series.ts';
import { packState } from '../../../../functions/core/detection/packed-state.ts';
import { startSeries } from '../../../../functions/core/detection/series.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { worldOf } from './fleet-with-issues.ts';

const asked = () => Promise.reject(new Error('asked'));
const health = { url: 'https://web.example.com/health' };
const FLEET = {
  watchdog: {},
  components: { web: { health }, api: { targets: { instanceIds: ['i-0000000000000000a'] } } },
  peers: { gateway: { tcp: '10.0.0.1:443' } },
};

/** What is found of peers of which the watchdog says this, as far as it concerns these components. */
async function ofPeers(states: object, components: readonly string[] = ['api', 'web'], parts: object = {}) {
  const world = worldOf({ ...FLEET, ...parts });
  const watchdog = { listPeers: async () => [], listShards: async () => [{ states }] };
  return await peerIssues(await readScene(world, components), { watchdog } as never);
}
const state = (status: string, more: object = {}) => ({ status, missedCount: 3, lastSeenMs: NOON, ...more });

describe('the issues of peers', () => {
  it('say how long they have been silent, and what was met in their place', async () => {
    const states = { web: state('ISOLATED', { missedFor: 'HTTP_503' }), gateway: state('OFFLINE') };
    const found = await ofPeers(states);
    expect(
      found.map(({ subject, problem, severity, sinceMs }) => ({ subject, problem, severity, sinceMs })),
    ).toEqual([
      {
        ...{ subject: 'peer gateway', severity: 'CRITICAL', sinceMs: NOON },
        problem: 'is OFFLINE, after 3 missed heartbeats in a row',
      },
      {
        ...{ subject: 'peer web', severity: 'CRITICAL', sinceMs: NOON },
        problem: 'is ISOLATED, after 3 missed heartbeats in a row: it answers with status 503',
      },
    ]);
  });

  it('are those of the components in question, and those of none where the whole fleet is', async () => {
    const states = { web: state('OFFLINE'), gateway: state('DEGRADED') };
    const subjects = async (...components: readonly string[]) =>
      (await ofPeers(states, components)).map(({ subject }) => subject);
    expect(await subjects('api', 'web')).toEqual(['peer gateway', 'peer web']);
    expect(await subjects('web')).toEqual(['peer web']);
    expect(await subjects('api')).toEqual([]);
  });

  it('name a component only where the peer has one', async () => {
    const [gateway, web] = await ofPeers({ web: state('OFFLINE'), gateway: state('OFFLINE') });
    expect(web).toHaveProperty('component', 'web');
    expect(gateway).not.toHaveProperty('component');
  });

  it('are none of peers that are healthy, or of which nothing is known', async () => {
    expect(await ofPeers({ web: state('HEALTHY') })).toEqual([]);
    expect(await ofPeers({})).toEqual([]);
  });

  it.each([
    ['OFFLINE', 'OFFLINE', 'admitted'],
    ['OFFLINE', 'ISOLATED', 'refused'],
    ['ISOLATED', 'ISOLATED', 'admitted'],
  ])(
    'say whether a strategy would be begun: a peer that is %s, and one for %s',
    async (status, wanted, outlook) => {
      const strategies = [{ trigger: { statuses: [wanted] } }];
      const [issue] = await ofPeers({ web: state(status) }, ['web'], { strategies });
      expect(issue?.outlook?.kind).toBe(outlook);
    },
  );

  it('are not looked for without a watchdog', async () => {
    const scene = await readScene(worldOf({ ...FLEET, watchdog: { enabled: false }, peers: {} }), ['web']);
    expect(await peerIssues(scene, { watchdog: { listPeers: asked, listShards: asked } })).toEqual([]);
  });
});

it('no alarm is asked about where the components in question have none', async () => {
  const scene = await readScene(worldOf({ components: { web: {} } }), ['web']);
  expect(await alarmIssues(scene, { alarms: { redSince: asked } })).toEqual([]);
});

describe('the issues of series', () => {
  const errors = { namespace: 'Shop', metricName: 'Errors', dimensions: { A: 'b' } };

  /** What is found of an anomaly of `web`, as far as it concerns these components. */
  async function ofSeries(open: object, component = 'web', more: object = {}, parts: object = {}) {
    const world = worldOf({
      components: { web: { anomalies: { errors: { ...errors, ...more } } }, api: {} },
      ...parts,
    });
    const [watched] = watchedSeries(world.configuration.components);
    if (!watched) throw new Error('nothing is watched');
    const baseline = {
      ...{ fingerprint: watched.fingerprint, readUntilMs: NOON, watchedSinceMs: 0, open },
      packed: packState(watched.series, startSeries(watched.series)),
    };
    const record = { components: { web: { series: { [watched.name]: baseline } } } };
    const readShards = async () => new Map([[baselineShardOf('web'), { record }]]);
    return await anomalyIssues(await readScene(world, [component]), { baselines: { readShards } } as never);
  }
  const OPEN = { sinceMs: NOON - 60_000, tier: 'HIGH', atMs: NOON, value: 912.345, expected: 40, score: 9 };

  it.each([
    [{}, {}, 'is anomalous (HIGH): 912.3 instead of 40'],
    [{ unit: 'ms' }, {}, 'is anomalous (HIGH): 912.3 ms instead of 40 ms'],
    [{}, { expected: undefined }, 'is anomalous (HIGH): 912.3 instead of nothing'],
    [{}, { value: undefined }, 'is anomalous (HIGH): nothing instead of 40'],
  ])('say what was found instead of what: %o, %o', async (more, open, problem) => {
    const [issue] = await ofSeries({ ...OPEN, ...open }, 'web', more);
    expect(issue).toMatchObject({ kind: 'anomaly', component: 'web', problem, sinceMs: NOON - 60_000 });
  });

  it('are only those of the series that is anomalous, though others have its name or its component', async () => {
    const latency = { ...errors, metricName: 'Latency' };
    const world = worldOf({
      components: { web: { anomalies: { errors, latency } }, api: { anomalies: { errors } } },
    });
    const [watched] = watchedSeries(world.configuration.components);
    if (!watched) throw new Error('nothing is watched');
    const baseline = {
      ...{ fingerprint: watched.fingerprint, readUntilMs: NOON, watchedSinceMs: 0, open: OPEN },
      packed: packState(watched.series, startSeries(watched.series)),
    };
    const record = { components: { [watched.component]: { series: { [watched.name]: baseline } } } };
    const readShards = async () => new Map([['any', { record }]]);
    const found = await anomalyIssues(await readScene(world, ['api', 'web']), {
      baselines: { readShards },
    } as never);
    expect(found.map(({ component, subject }) => [component, subject])).toEqual([
      [watched.component, `series ${watched.name}`],
    ]);
  });

  it('are none of other components', async () => {
    expect(await ofSeries(OPEN, 'api')).toEqual([]);
  });

  it('are not looked for where the components in question have no series', async () => {
    const world = worldOf({ components: { web: {}, api: { anomalies: { errors } } } });
    const scene = await readScene(world, ['web']);
    expect(await anomalyIssues(scene, { baselines: { readShards: asked } })).toEqual([]);
  });

  it.each([
    ['HIGH', 'notify', { severity: 'WARNING', outlook: { kind: 'none' }, priority: 4 }],
    ['HIGH', 'signal', { severity: 'WARNING', outlook: { kind: 'admitted' }, priority: 3 }],
    ['CRITICAL', 'notify', { severity: 'CRITICAL', outlook: { kind: 'none' }, priority: 1 }],
    ['CRITICAL', 'signal', { severity: 'CRITICAL', outlook: { kind: 'admitted' }, priority: 3 }],
  ])('say of tier %s, which is to %s, what comes of it', async (tier, response, issue) => {
    const strategies = [{ trigger: { metrics: ['errors'] } }];
    const tiers = { [tier.toLowerCase()]: response };
    expect(await ofSeries({ ...OPEN, tier }, 'web', { tiers }, { strategies })).toMatchObject([issue]);
  });
});

it('the issues of a fleet are looked for by the names of its components, in their order', async () => {
  const world = worldOf({ components: { web: {}, api: {}, db: {} } });
  const read: (readonly string[])[] = [];
  const readComponents: typeof world.store.readComponents = async (names) => {
    read.push(names);
    return await world.store.readComponents(names);
  };
  await currentIssues({ ...world, store: { ...world.store, readComponents } });
  expect(read).toEqual([['api', 'db', 'web']]);
});
