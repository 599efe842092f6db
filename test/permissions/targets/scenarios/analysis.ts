import { expect } from 'vitest';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { HOST, type TargetPlan } from '../target-configuration.ts';
import type { TargetPlace } from '../target-place.ts';
import type { TargetScenario } from './target-scenario.ts';

const MINUTE_MS = 60_000;
/** Minutes until what was read has been acted on, and a missing permission has been reported. */
const READ_AFTER = 15;
const LEVEL = { detector: 'threshold', threshold: { critical: 500, dataPoints: 1 }, observationSeconds: 0 };
const RESTARTING = { type: 'start_component' };
const SETTINGS = { analysis: { intervalSeconds: 60, settleSeconds: 0, latenessSeconds: 60 } };

/** A component with more, the series `depth` of which is healed by a restart. */
const watching = (component: object): TargetPlan => ({
  component: { service: 'web.service', signals: ['depth'], ...component },
  actions: [RESTARTING],
  strategy: { trigger: { metrics: ['depth'] } },
  settings: SETTINGS,
});

/** An anomaly was found, and healed. */
async function foundOut({ cloud, pass }: TargetPlace): Promise<void> {
  await pass(READ_AFTER);
  const [operation] = await cloud.store.listOperations(1);
  expect(operation?.alert).toMatchObject({ origin: 'anomaly', metric: 'depth', current: 900 });
}

/** A component that counts its requests. @param calls what it depends on */
const serving = (name: string, ...calls: readonly string[]) => ({
  targets: { instanceIds: [HOST] },
  service: `${name}.service`,
  signals: ['error_rate'],
  dependsOn: calls,
  traffic: {
    requests: { namespace: 'Shop', metricName: `${name}-requests` },
    failures: { namespace: 'Shop', metricName: `${name}-failures` },
  },
});

/** The collector is missing on the host, until it is installed. */
async function profiled(place: TargetPlace): Promise<void> {
  const { print, pass, hosts, cloud, nowMs } = place;
  print('read_profile', 'selfheal: COLLECTOR_MISSING: it is not installed', 'fails');
  const installed = () => hosts.effects().some(({ action }) => action === 'install_collector');
  for (let minutes = 0; minutes < READ_AFTER && !installed(); minutes += 1) await pass(1);
  const seconds = Math.floor(nowMs() / 1_000);
  const answer = {
    latestAt: seconds,
    columns: 'threads',
    latest: '20',
    missing: '',
    rows: '',
    until: seconds,
  };
  print('read_profile', JSON.stringify(answer));
  await pass(READ_AFTER);
  const shard = baselineShardOf('web');
  const kept = (await cloud.baselineStore.readShards([shard])).get(shard)?.record;
  expect(kept?.components['web']?.profile?.latest).toMatchObject({ [HOST]: { values: { threads: 20 } } });
}

/** What is read of series that are watched, and of the traffic of components. */
export const ANALYSIS: readonly TargetScenario[] = [
  {
    name: 'finds an anomaly in a metric',
    plan: watching({
      anomalies: {
        depth: { namespace: 'Shop', metricName: 'depth', dimensions: {}, periodSeconds: 60, ...LEVEL },
      },
    }),
    run: async (place) => {
      const atMs = place.nowMs() + MINUTE_MS;
      place.putMetric({ namespace: 'Shop', name: 'depth', atMs, value: 900 });
      await foundOut(place);
    },
  },
  {
    name: 'asks a function for the values of a monitor',
    plan: watching({ monitors: { depth: { function: 'figures:live', periodSeconds: 60, ...LEVEL } } }),
    run: foundOut,
  },
  {
    name: 'reads an endpoint for a monitor',
    plan: watching({
      monitors: { depth: { endpoint: 'http://10.0.0.1:9100/metrics', periodSeconds: 60, ...LEVEL } },
    }),
    run: foundOut,
  },
  {
    name: 'installs the collector of profiles, and reads what it measured',
    plan: { component: { service: 'web.service', profile: {} }, actions: [RESTARTING], settings: SETTINGS },
    run: profiled,
  },
  {
    name: 'looks at the traffic of components to find which is at fault',
    plan: {
      actions: [RESTARTING],
      strategy: { components: ['web', 'database'], trigger: { metrics: ['error_rate'] } },
      more: { components: { web: serving('web', 'database'), database: serving('database') } },
    },
    run: async ({ cloud, nowMs, pass, putMetric }) => {
      for (let minute = 240; minute > 0; minute -= 1)
        for (const name of ['web', 'database']) {
          const atMs = nowMs() - minute * MINUTE_MS;
          putMetric({ namespace: 'Shop', name: `${name}-requests`, atMs, value: 600 });
          const value = minute > 5 ? 1 + (minute % 2) : 200;
          putMetric({ namespace: 'Shop', name: `${name}-failures`, atMs, value });
        }
      cloud.bus.putEvent({
        source: 'selfheal',
        detailType: 'Selfheal Signal',
        detail: { component: 'web', metric: 'error_rate', severity: 'CRITICAL' },
      });
      await pass(READ_AFTER);
      const [operation] = await cloud.store.listOperations(1);
      expect(operation).toMatchObject({ component: 'database', alert: { origin: 'diagnosis' } });
    },
  },
];
