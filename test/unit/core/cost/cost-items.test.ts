import { describe, expect, it } from 'vitest';
import type {
  PlannedAlarm,
  PlannedThresholdAlarm,
} from '../../../../functions/core/configuration/planned-alarms.ts';
import type { CostItem } from '../../../../functions/core/cost/cost-item.ts';
import { monthlyCost } from '../../../../functions/core/cost/monthly-cost.ts';
import { watchdogItems } from '../../../../functions/core/cost/watchdog-cost.ts';
import { configured } from '../../../factories/configuration.ts';

type Parts = NonNullable<Parameters<typeof configured>[0]>;
/** Part, name, quantity, and the price of one in dollars. */
type Row = readonly [part: string, what: string, quantity: number, unitUsd: number];

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const TEAM = { team: { type: 'teams', secretArn: SECRET } };

const costOf = (parts: Parts, planned: readonly PlannedAlarm[] = [], repairs = 0): readonly CostItem[] =>
  monthlyCost({ configuration: configured(parts), planned, repairs });

/** Rows of docs/cost.md; prices to a billionth of a cent, since some are differences. */
function expectRows(items: readonly CostItem[], rows: readonly Row[]): void {
  expect(items.map(({ part, what }) => [part, what])).toEqual(rows.map(([part, what]) => [part, what]));
  for (const [index, [, what, quantity, unitUsd]] of rows.entries()) {
    expect(items[index]?.quantity, what).toBeCloseTo(quantity, 6);
    expect(items[index]?.unitUsd, what).toBeCloseTo(unitUsd, 11);
  }
}

const quantityOf = (items: readonly CostItem[], what: string) =>
  items.find((item) => item.what === what)?.quantity;
const ownAlarms = (parts: Parts) => quantityOf(costOf(parts), 'alarms on Selfheal itself');
const secrets = (settings: object) =>
  quantityOf(costOf({ settings: { ...settings } }), 'secrets that Selfheal creates');

const WITHOUT_WATCHDOG = { watchdog: { enabled: false } } as const;

const MEMORY: PlannedThresholdAlarm = {
  ...{ kind: 'threshold', alarmName: 'a', component: 'web', metric: 'memory', severity: 'CRITICAL' },
  ...{ description: '', threshold: 90, comparison: 'GreaterThanThreshold', periodSeconds: 60 },
  ...{ evaluationPeriods: 1, datapointsToAlarm: 1, missingData: 'missing', statistic: 'Average' },
  ...{ namespace: 'CWAgent', metricName: 'mem_used_percent', dimensions: { InstanceId: 'i-a', Host: 'b' } },
};
const QUERY: PlannedAlarm = (({ namespace: _n, metricName: _m, dimensions: _d, statistic: _s, ...rest }) => ({
  ...rest,
  kind: 'query' as const,
  expression: 'SELECT MAX(x) FROM CWAgent GROUP BY InstanceId',
}))(MEMORY);
const COMPOSITE: PlannedAlarm = {
  ...{ kind: 'composite', alarmName: 'c', component: 'web', metric: 'both', severity: 'CRITICAL' },
  ...{ description: '', children: [['a'], ['b']] },
};

const METRIC = { namespace: 'Shop', metricName: 'Errors', dimensions: {}, statistic: 'Sum' };
const ONE_METRIC = { metric: 'errors', detector: 'seasonal', ...METRIC };
const TWO_METRICS = {
  ...{ metric: 'error_rate', detector: 'seasonal', expression: 'a / b' },
  metrics: { a: METRIC, b: { ...METRIC, metricName: 'Requests' } },
};

describe('the items of the monthly cost', () => {
  it('are those that every installation has, where nothing is watched and nothing breaks', () => {
    expectRows(costOf(WITHOUT_WATCHDOG), [
      ['alarms', 'alarms on Selfheal itself', 31, 0.1],
      ['keys and secrets', 'key of the topics', 1, 1],
      ['reconciler', 'runs', 43_800, 0.00000302],
    ]);
  });

  it('add the watchdog’s by shards, vantage points and interval, and those of repairs', () => {
    const watchdog = { shards: 2, vantagePoints: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] };
    expectRows(costOf({ watchdog: { ...watchdog, intervalSeconds: 20 } }, [], 10), [
      ['alarms', 'alarms on Selfheal itself', 39, 0.1],
      ['keys and secrets', 'key of the topics', 1, 1],
      ['watchdog', 'metrics of the shards', 10, 0.3],
      // 43,800 minutes × 6 functions × 41 s × 0.5 GB
      ['watchdog', 'GB-seconds', 5_387_400, 0.0000133334],
      // 43,800 minutes × 6 functions × 3 rounds
      ['watchdog', 'write units', 788_400, 0.000000625],
      // 788,400 rounds × 1,500 bytes
      ['watchdog', 'GB of logs', 1.1826, 0.5],
      ['reconciler', 'runs', 43_800, 0.00000302],
      ['repairs', 'state transitions', 100, 0.000025],
      ['repairs', 'write units', 240, 0.000000625],
      ['repairs', 'read units', 260, 0.000000125],
      // 10 repairs × 9 metrics, for one of the 730 hours of a month
      ['repairs', 'custom metrics, by the hour', 90 / 730, 0.3],
      // 0.000305 for the whole repair, less the three rows above
      ['repairs', 'functions, events and logs', 10, 0.00003675],
    ]);
  });

  it.each([
    [59, 2],
    [60, 1],
    [61, 1],
  ])('bill the watchdog’s function at %d-second intervals for %d s of each minute', (interval, seconds) => {
    const items = costOf({ watchdog: { intervalSeconds: interval } });
    expect(quantityOf(items, 'GB-seconds')).toBe(43_800 * seconds * 0.5);
  });

  it('have a row for each kind of alarm, and count a custom metric once', () => {
    const planned: readonly PlannedAlarm[] = [
      MEMORY,
      { ...MEMORY, alarmName: 'again', dimensions: { Host: 'b', InstanceId: 'i-a' } },
      { ...MEMORY, metricName: 'disk_used_percent' },
      { ...MEMORY, namespace: 'Shop' },
      { ...MEMORY, dimensions: { InstanceId: 'i-b', Host: 'b' } },
      { ...MEMORY, namespace: 'AWS/EC2', metricName: 'CPUUtilization' },
      QUERY,
      { ...QUERY, alarmName: 'q2' },
      COMPOSITE,
    ];
    expectRows(costOf(WITHOUT_WATCHDOG, planned), [
      ['alarms', 'alarms of the components', 6, 0.1],
      ['alarms', 'alarms over the instances of a group, for each instance', 2, 0.1],
      ['alarms', 'composite alarms', 1, 0.5],
      ['alarms', 'alarms on Selfheal itself', 31, 0.1],
      ['metrics', 'custom metrics behind alarms', 4, 0.3],
      ['keys and secrets', 'key of the topics', 1, 1],
      ['reconciler', 'runs', 43_800, 0.00000302],
    ]);
  });

  it('add what watches series, profiles hosts, discovers dependencies and reaches people', () => {
    const configuration: Parts = {
      ...WITHOUT_WATCHDOG,
      settings: {
        analysis: { intervalSeconds: 60 },
        graph: { discover: ['xray'], refreshSeconds: 1_800 },
        notify: { channels: TEAM, webhook: { url: 'https://hooks.example.com' } },
        approvals: { people: { ada: { email: 'ada@example.com' } } },
      },
      components: {
        web: {
          targets: { instanceIds: ['i-0123456789abcdef0', 'i-0123456789abcdef1'] },
          anomalies: { errors: ONE_METRIC, rate: TWO_METRICS },
          profile: {},
        },
        fleet: { targets: { autoScalingGroup: 'fleet' }, profile: {} },
        plain: { monitors: { queue: { events: true } } },
      },
    };
    expectRows(costOf(configuration), [
      // 31, analysis 3, monitors 3, graph 2, webhook 1, channels 3, approvals 5
      ['alarms', 'alarms on Selfheal itself', 48, 0.1],
      ['keys and secrets', 'key of the topics', 1, 1],
      // The webhook's and that of the links.
      ['keys and secrets', 'secrets that Selfheal creates', 2, 0.4],
      ['reconciler', 'runs', 43_800, 0.00000302],
      // Three metrics each minute: what hosts and events say is not in CloudWatch.
      ['analyze', 'readings of series', 131_400, 0.00001],
      ['analyze', 'the function', 1, 0.03],
      // Two by id, and at least one of the group.
      ['collectors', 'profiled hosts', 3, 0.052],
      ['graph', 'refreshes of the dependency graph', 1_460, 0.00002],
      ['channels', 'function behind the channels', 1, 0.1],
    ]);
  });

  it('leave out readings where all that is watched comes from elsewhere', () => {
    const components = { web: { monitors: { queue: { events: true } } } };
    expectRows(costOf({ ...WITHOUT_WATCHDOG, components }), [
      ['alarms', 'alarms on Selfheal itself', 37, 0.1],
      ['keys and secrets', 'key of the topics', 1, 1],
      ['reconciler', 'runs', 43_800, 0.00000302],
      ['analyze', 'the function', 1, 0.03],
    ]);
  });
});

describe('a watchdog that is off', () => {
  it('has no items', () => {
    expect(watchdogItems(configured(WITHOUT_WATCHDOG).watchdog, 43_800)).toEqual([]);
  });
});

describe('the alarms on Selfheal itself', () => {
  const settings = (more: object): Parts => ({ ...WITHOUT_WATCHDOG, settings: { ...more } });
  const components = (web: object): Parts => ({ ...WITHOUT_WATCHDOG, components: { web: { ...web } } });

  it.each<readonly [string, Parts, number]>([
    ['nothing else', WITHOUT_WATCHDOG, 0],
    ['a watchdog', {}, 3],
    ['a watchdog of three shards', { watchdog: { shards: 3 } }, 5],
    ['a watchdog in two places', { watchdog: { vantagePoints: [{ name: 'a' }, { name: 'b' }] } }, 5],
    ['anomalies', components({ anomalies: { errors: ONE_METRIC } }), 3],
    ['a monitor that asks a function', components({ monitors: { queue: { function: 'ask' } } }), 3],
    ['a monitor that is sent events', components({ monitors: { queue: { events: true } } }), 6],
    ['investigations in CloudTrail', settings({ investigate: ['cloudtrail'] }), 2],
    ['logs that are searched', components({ logs: ['/web'] }), 2],
    ['a dependency graph', settings({ graph: { discover: ['xray'] } }), 2],
    ['a webhook', settings({ notify: { webhook: { url: 'https://hooks.example.com' } } }), 1],
    ['a channel', settings({ notify: { channels: TEAM } }), 3],
    ['approvals', settings({ approvals: { people: { ada: { email: 'ada@example.com' } } } }), 5],
  ])('are 31, and more with %s', (_, parts, more) => {
    expect(ownAlarms(parts)).toBe(31 + more);
  });
});

describe('the secrets that Selfheal creates', () => {
  const webhook = (more: object = {}) => ({ webhook: { url: 'https://hooks.example.com', ...more } });
  const people = (ada: object) => ({ approvals: { people: { ada } } });
  it.each<readonly [string, object, number | undefined]>([
    ['nothing', {}, undefined],
    ['a webhook', { notify: webhook() }, 1],
    ['a webhook that has one already', { notify: webhook({ secretArn: SECRET }) }, undefined],
    ['links by e-mail', people({ email: 'ada@example.com' }), 1],
    ['links in a chat', { ...people({ channel: 'team' }), notify: { channels: TEAM } }, 1],
    ['buttons in Slack', people({ slack: 'U012AB3CD' }), undefined],
    ['both', { ...people({ email: 'ada@example.com' }), notify: webhook() }, 2],
  ])('are as many as it takes: %s', (_, settings, quantity) => {
    expect(secrets(settings)).toBe(quantity);
  });
});
