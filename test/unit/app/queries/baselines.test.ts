import { describe, expect, it } from 'vitest';
import { createMemoryBaselineStore } from '../../../../functions/adapters/memory/baseline-store.ts';
import { baselineStandings } from '../../../../functions/app/queries/baselines.ts';
import { profileOf } from '../../../../functions/app/queries/profile.ts';
import { type Baseline, baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { watchedSeries } from '../../../../functions/core/analysis/component-series.ts';
import { observeSeries } from '../../../../functions/core/detection/observe-series.ts';
import { packState } from '../../../../functions/core/detection/packed-state.ts';
import { startSeries } from '../../../../functions/core/detection/series.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const DAY_MS = 86_400_000;
const configuration = configured({
  components: {
    web: {
      anomalies: {
        latency: {
          ...{ namespace: 'Shop', metricName: 'Latency', dimensions: { A: 'b' }, unit: 'ms' },
          ...{ learningSeconds: 2 * 86_400, observationSeconds: 7 * 86_400 },
        },
        errors: { namespace: 'Shop', metricName: 'Errors', dimensions: { A: 'b' } },
      },
    },
  },
});
const [latency, errors] = watchedSeries(configuration.components);

/** Baselines of `web`, by the names of its series. */
async function storeOf(series: Readonly<Record<string, Baseline>>, profile?: object) {
  const baselines = createMemoryBaselineStore();
  const shard = baselineShardOf('web');
  const web = { series, ...(profile && { profile: profile as never }) };
  await baselines.saveShard({ shard, savedAtMs: NOON, components: { web }, pending: [] }, 'v1', undefined);
  return { baselines, configuration };
}

function learned(points: number): Baseline {
  if (!latency) throw new Error('nothing is watched');
  const all = Array.from({ length: points }, (_, index) => ({ atMs: NOON + index * 300_000, value: 5 }));
  const { state } = observeSeries(latency.series, startSeries(latency.series), all);
  return {
    ...{ fingerprint: latency.fingerprint, readUntilMs: NOON + DAY_MS, watchedSinceMs: NOON },
    packed: packState(latency.series, state),
  };
}

describe('what is known of a series', () => {
  const unread = { component: 'web', series: 'errors', detector: 'seasonal', samples: 0 };

  it('is since when it learns, from when on it may be anomalous, and from when on its anomalies may heal', async () => {
    expect(errors?.name).toBe('errors');
    expect(await baselineStandings(await storeOf({ latency: learned(3) }), 'web')).toEqual([
      {
        ...{ component: 'web', series: 'latency', detector: 'seasonal', unit: 'ms', samples: 3 },
        ...{ readUntilMs: NOON + DAY_MS, learnedSinceMs: NOON },
        ...{ learnsUntilMs: NOON + 2 * DAY_MS, mayHealFromMs: NOON + 7 * DAY_MS },
      },
      unread,
    ]);
  });

  it('is nothing of one without a baseline that fits', async () => {
    const outdated = { ...learned(3), fingerprint: 'other' };
    const [standing] = await baselineStandings(await storeOf({ latency: outdated }));
    expect(standing).toEqual({ ...unread, series: 'latency', unit: 'ms' });
  });

  it('name no time of learning without a data point', async () => {
    const [standing] = await baselineStandings(await storeOf({ latency: learned(0) }));
    expect(standing).toEqual({ ...unread, series: 'latency', unit: 'ms', readUntilMs: NOON + DAY_MS });
  });

  it('is only of the component that is asked about', async () => {
    expect(await baselineStandings(await storeOf({}), 'api')).toEqual([]);
  });

  it('needs no reading where nothing is watched', async () => {
    const readShards = () => Promise.reject(new Error('BatchGetItem takes at least one key'));
    const deps = { baselines: { readShards }, configuration: configured({ components: { web: {} } }) };
    expect(await baselineStandings(deps)).toEqual([]);
  });
});

describe('the profile of hosts', () => {
  it('is what each has measured last, or why it could not', async () => {
    const latest = {
      'i-a': { atMs: NOON, values: { rss_bytes: 5 } },
      'i-b': { atMs: 0, values: {}, missing: 'not installed' },
    };
    const deps = await storeOf({}, { requests: [], requestedAtMs: NOON, latest });
    expect(await profileOf(deps, 'web')).toStrictEqual([
      { instanceId: 'i-a', measuredAtMs: NOON, measured: [{ column: 'rss_bytes', value: 5, watched: [] }] },
      { instanceId: 'i-b', missing: 'not installed', measured: [] },
    ]);
    expect(await profileOf(deps, 'api')).toEqual([]);
  });

  it('is empty of a component that others share a record with, as long as it has none of its own', async () => {
    const { baselines } = await storeOf({});
    const readShards: typeof baselines.readShards = async (shards) => {
      const [kept] = (await baselines.readShards([baselineShardOf('web')])).values();
      return new Map(shards.flatMap((shard) => (kept ? [[shard, kept]] : [])));
    };
    const deps = { configuration, baselines: { readShards } };
    expect((await readShards([baselineShardOf('api')])).size).toBe(1);
    expect(await profileOf(deps, 'api')).toEqual([]);
  });
});
