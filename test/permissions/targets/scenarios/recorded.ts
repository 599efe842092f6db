import { expect } from 'vitest';
import { QUIET_LOOK } from '../../../factories/kernel-look.ts';
import { HOST, type TargetPlan } from '../target-configuration.ts';
import type { TargetPlace } from '../target-place.ts';
import { ANALYSIS } from './analysis.ts';
import { DISCOVERY } from './discovery.ts';
import { INVESTIGATION } from './investigation.ts';
import { healed, type TargetScenario } from './target-scenario.ts';

/** Minutes until what was sent has been read and acted on. */
const READ_AFTER = 15;
const REFRESHED_AFTER = 8;
const RESTARTING = { type: 'start_component' };

/** Values that are sent as events, and a level at which they are bad. @param critical what happens then */
const sent = (critical: 'signal' | 'notify'): TargetPlan => ({
  component: {
    service: 'web.service',
    signals: ['depth'],
    monitors: {
      depth: {
        ...{ events: true, periodSeconds: 60, detector: 'threshold', observationSeconds: 0 },
        threshold: { critical: 500, dataPoints: 1 },
        tiers: { critical },
      },
    },
  },
  actions: [RESTARTING],
  strategy: { trigger: { metrics: ['depth'] } },
  settings: { analysis: { intervalSeconds: 60, settleSeconds: 0, latenessSeconds: 60 } },
});

function send({ cloud }: TargetPlace): void {
  cloud.bus.putEvent({
    source: 'selfheal.monitor',
    detailType: 'Selfheal Metric',
    detail: { component: 'web', values: { depth: 900 } },
  });
}

/** A component with an alarm. @param calls what it depends on */
const alarmed = (name: string, ...calls: readonly string[]) => ({
  targets: { instanceIds: [HOST] },
  service: `${name}.service`,
  dependsOn: calls,
  alarms: { memory: { metric: 'memory', threshold: 90, dimensions: {} } },
});

const bodies = ({ cloud }: TargetPlace) =>
  cloud.notifier
    .notifications()
    .filter(({ topic }) => topic === 'architect')
    .map(({ body }) => JSON.stringify(body));

/** A function that lacks a permission says so on record. */
async function noted(
  place: TargetPlace,
  functionName: string,
  action: string,
  use: () => unknown,
): Promise<void> {
  place.deny(functionName, action);
  await use();
  await place.pass(READ_AFTER);
  expect((await place.cloud.store.listDenials()).map((denial) => denial.action)).toContain(action);
}

function named(scenarios: readonly TargetScenario[], ...names: readonly string[]): readonly TargetScenario[] {
  return scenarios.filter(({ name }) => names.includes(name));
}

const [SEARCH] = INVESTIGATION;
const [DISCOVER] = DISCOVERY;

/** What is kept on record and announced where a configuration has more than repairs. */
export const RECORDED: readonly TargetScenario[] = [
  {
    name: 'finds an anomaly in values that others send as events',
    plan: sent('signal'),
    run: async (place) => {
      send(place);
      await place.pass(READ_AFTER);
      const [operation] = await place.cloud.store.listOperations(1);
      expect(operation?.alert).toMatchObject({ origin: 'anomaly', metric: 'depth', current: 900 });
    },
  },
  {
    name: 'notifies the architect of an anomaly',
    plan: sent('notify'),
    run: async (place) => {
      send(place);
      await place.pass(READ_AFTER);
      expect(bodies(place).join()).toContain('depth');
    },
  },
  {
    name: 'names a permission that is missing to keep values',
    plan: sent('signal'),
    breaks: ['selfheal-record-metrics'],
    run: (place) => noted(place, 'selfheal-record-metrics', 'dynamodb:PutItem', () => send(place)),
  },
  ...(DISCOVER ? [DISCOVER] : []),
  ...(DISCOVER
    ? [
        {
          ...DISCOVER,
          name: 'names a permission that is missing to discover dependencies',
          breaks: ['selfheal-refresh-graph'],
          run: (place: TargetPlace) =>
            noted(place, 'selfheal-refresh-graph', 'xray:GetServiceGraph', () => place.pass(REFRESHED_AFTER)),
        },
      ]
    : []),
  ...named(INVESTIGATION, 'searches logs after a failed repair'),
  ...(SEARCH
    ? [
        {
          ...SEARCH,
          name: 'names a permission that is missing to search logs',
          breaks: ['selfheal-investigate'],
          run: (place: TargetPlace) =>
            noted(place, 'selfheal-investigate', 'logs:StartQuery', () => place.operation('web')),
        },
      ]
    : []),
  ...named(ANALYSIS, 'looks at the traffic of components to find which is at fault'),
  {
    name: 'heals the dependency whose alarm is red, and not what calls it',
    plan: {
      actions: [RESTARTING],
      strategy: { components: ['web', 'database'] },
      more: { components: { web: alarmed('web', 'database'), database: alarmed('database') } },
    },
    run: async ({ cloud, pass }) => {
      for (const name of ['database', 'web'])
        await cloud.alarms.setAlarmState(`selfheal-${name}-memory`, 'ALARM', 'too much memory');
      await pass(READ_AFTER);
      const operations = await cloud.store.listOperations(10);
      expect(new Set(operations.map(({ component }) => component))).toEqual(new Set(['database']));
    },
  },
  {
    name: 'considers what was learned before it heals',
    plan: { actions: [RESTARTING], settings: { learning: { mode: 'apply' } } },
    run: async (place) => void (await healed(place, [HOST])),
  },
  {
    name: 'notifies the architect of what a look at the kernel found',
    plan: { actions: [RESTARTING], settings: { kernelLookOnFailure: true } },
    run: async (place) => {
      place.fail('start_component');
      place.print('look_at_kernel', JSON.stringify({ ...QUIET_LOOK, tcpListenDrops: 3 }));
      await place.operation('web');
      expect(bodies(place).join()).toContain('CONNECTIONS_DROPPED');
    },
  },
];
