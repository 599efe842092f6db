import { beforeEach, describe, expect, it } from 'vitest';
import { gatherEvidence } from '../../../../functions/app/diagnosis/gather-evidence.ts';
import type { SeriesQuery } from '../../../../functions/ports/metric-data.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { trafficMetrics } from '../../../factories/operations/traffic.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const MINUTE_MS = 60_000;
const HOST = { targets: { instanceIds: ['i-0123456789abcdef7'] } };
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

/** What was asked for, in order. */
const asked = {
  records: [] as (readonly string[])[],
  alarms: [] as (readonly string[])[],
  changes: [] as string[],
  series: [] as (readonly SeriesQuery[])[],
};

beforeEach(() => {
  for (const each of Object.values(asked)) each.length = 0;
});

/** Time stands still, so that nothing is late. */
function noting(components: Components, settings: object = {}): World {
  const world = createWorld(configured({ components, settings: { ...settings } }));
  const { store, alarms, changes } = world;
  return {
    ...world,
    clock: { ...world.clock, nowMs: () => NOON, sleep: () => new Promise(() => undefined) },
    store: {
      ...store,
      readComponents: (names) => {
        asked.records.push(names);
        return store.readComponents(names);
      },
    },
    alarms: {
      ...alarms,
      redSince: (names) => {
        asked.alarms.push(names);
        return alarms.redSince(names);
      },
    },
    changes: {
      ...changes,
      listChanges: (component, sinceMs) => {
        asked.changes.push(component);
        return changes.listChanges(component, sinceMs);
      },
    },
    metricData: {
      read: async (queries) => {
        asked.series.push(queries);
        return {
          reads: queries.map(({ window }) => ({ points: [], completeUntilMs: window.endMs })),
          notes: [],
        };
      },
    },
  };
}

const alert = { ...alertOf('web'), metric: 'latency' };

/** `web`, which depends on all the others; a component may declare fifty dependencies. */
function dependingOn(
  others: readonly string[],
  fields: (name: string, index: number) => object = () => ({}),
) {
  const chain = ['web', ...others];
  return Object.fromEntries(
    chain.map((name, index) => {
      const isFiftieth = index % 50 === 0;
      const dependsOn = isFiftieth ? chain.slice(index + 1, index + 51) : [];
      return [name, { dependsOn, ...fields(name, index) }];
    }),
  );
}

describe('the gathering of evidence', () => {
  it('reads each source once, for the component and what it depends on', async () => {
    const world = noting({
      web: withMemoryAlarm({ changes: {}, dependsOn: ['database'] }),
      database: withMemoryAlarm({ changes: {} }),
    });
    await gatherEvidence(world, alert);
    expect(asked).toStrictEqual({
      records: [['web', 'database']],
      alarms: [[memoryAlarm('web'), memoryAlarm('database')]],
      changes: ['web', 'database'],
      series: [],
    });
  });

  it('reads changes again only if the trouble began earlier, and only those of the component', async () => {
    const world = noting({
      web: withMemoryAlarm({ changes: {}, dependsOn: ['database'] }),
      database: withMemoryAlarm({ changes: {} }),
    });
    world.alarms.named.set(memoryAlarm('web'), 'ALARM');
    world.alarms.since.set(memoryAlarm('web'), NOON - 600 * MINUTE_MS);
    await gatherEvidence(world, { ...alert, alarmName: memoryAlarm('web') });
    expect(asked.changes).toStrictEqual(['web', 'database', 'web']);
  });

  it('asks who else may have had a change rolled back: a hundred others whose changes are watched', async () => {
    const others = named('c', 101);
    const world = noting({
      web: { changes: {} },
      plain: {},
      ...Object.fromEntries(others.map((name) => [name, { changes: {} }])),
    });
    await world.changes.recordChange({
      ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'v42', phase: 'finished' },
      ...{ atMs: NOON - MINUTE_MS, summary: 'v42' },
    });
    await gatherEvidence(world, alert);
    expect(asked.records).toStrictEqual([['web'], others.slice(0, 100)]);
  });

  it('asks nobody else where no other component’s changes are watched', async () => {
    const world = noting({ web: { changes: {} }, plain: {} });
    await world.changes.recordChange({
      ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'v42', phase: 'finished' },
      ...{ atMs: NOON - MINUTE_MS, summary: 'v42' },
    });
    const { components } = await gatherEvidence(world, alert);
    expect(components[0]?.changes).toMatchObject([{ changeId: 'v42' }]);
    expect(asked.records).toStrictEqual([['web']]);
  });

  it('looks at a hundred components, first at those that are declared', async () => {
    const declared = named('declared', 60);
    const discovered = named('discovered', 60);
    const others = Object.fromEntries(discovered.map((name) => [name, {}]));
    const world = noting({ ...dependingOn(declared), ...others }, { graph: { discover: ['xray'] } });
    const dependencies = discovered.map((callee) => ({
      ...{ caller: 'web', callee, sources: ['xray' as const], lastSeenMs: NOON },
    }));
    await world.discovered.saveGraph({ revision: 1, dependencies });
    const { components } = await gatherEvidence(world, alert);
    expect(components).toHaveLength(100);
    expect(components.filter(({ isDiscovered }) => isDiscovered)).toHaveLength(39);
    expect(asked.records.map(({ length }) => length).toSorted()).toStrictEqual([39, 61]);
  });

  it('looks at no more than a hundred declared components, and then at no discovered one', async () => {
    const declared = named('declared', 120);
    const world = noting({ ...dependingOn(declared), discovered: {} }, { graph: { discover: ['xray'] } });
    const seen = { caller: 'web', callee: 'discovered', sources: ['xray' as const], lastSeenMs: NOON };
    await world.discovered.saveGraph({ revision: 1, dependencies: [seen] });
    const { components } = await gatherEvidence(world, alert);
    expect(components).toHaveLength(100);
    expect(asked.records.map(({ length }) => length)).toStrictEqual([100]);
  });
});

describe('the reading of metrics', () => {
  const namesOf = (queries: readonly SeriesQuery[] = []) =>
    queries.map(({ source }) => source.kind === 'metric' && source.metric.metricName);
  const STRAINS = ['CPUUtilization', 'mem_used_percent', 'disk_used_percent'];

  it('is left out where no component has metrics of its traffic', async () => {
    await gatherEvidence(noting({ web: HOST }), alert);
    expect(asked.series).toStrictEqual([]);
  });

  it('is of as many series of traffic as of a host in one request', async () => {
    const alarms = { disk: { adopt: 'web-disk', metric: 'disk' } };
    await gatherEvidence(noting({ web: { ...HOST, alarms, traffic: trafficMetrics('web') } }), alert);
    expect(asked.series.map(namesOf)).toStrictEqual([
      ['web-requests', 'web-failures', 'CPUUtilization', 'mem_used_percent'],
    ]);
  });

  it.each(['cpu', 'file_descriptors', 'heartbeat', 'latency', 'error_rate'])(
    'has what may be short at the component’s own host if %s is alarmed, and nothing of what it depends on',
    async (metric) => {
      const world = noting({
        web: { ...HOST, dependsOn: ['database'] },
        database: HOST,
        elsewhere: { traffic: trafficMetrics('elsewhere') },
      });
      await gatherEvidence(world, { ...alert, metric });
      expect(asked.series.map(namesOf)).toStrictEqual([STRAINS]);
    },
  );

  it.each(['memory', 'disk'])(
    'is left out if %s is alarmed, which says itself what is short',
    async (metric) => {
      const world = noting({ web: HOST, elsewhere: { traffic: trafficMetrics('elsewhere') } });
      await gatherEvidence(world, { ...alert, metric });
      expect(asked.series).toStrictEqual([]);
    },
  );

  it('has 150 series at most', async () => {
    const world = noting(
      dependingOn(named('host', 60), (name, index) =>
        name === 'web'
          ? { traffic: trafficMetrics('web') }
          : { targets: { instanceIds: [`i-0000000000000${String(index).padStart(4, '0')}`] } },
      ),
    );
    await gatherEvidence(world, alert);
    expect(asked.series.map(({ length }) => length)).toStrictEqual([150]);
  });

  it('is of nothing where nothing could be short that is not watched', async () => {
    const alarms = Object.fromEntries(
      ['cpu', 'memory', 'disk'].map((metric) => [metric, { adopt: `web-${metric}`, metric }]),
    );
    const world = noting({
      web: { ...HOST, alarms },
      elsewhere: { traffic: trafficMetrics('elsewhere') },
    });
    expect(await gatherEvidence(world, alert)).toMatchObject({ missing: [] });
    expect(asked.series).toStrictEqual([]);
  });
});
