import { describe, expect, it } from 'vitest';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly unknown[];
    readonly markdown?: string;
    readonly annotations?: { readonly horizontal?: readonly object[] };
  };
}

const { monitoring } = synthesizeStacks();
const [dashboard, ...others] = resourcesOf(monitoring, 'AWS::CloudWatch::Dashboard').values();
const { widgets } = JSON.parse(asText(dashboard?.Properties['DashboardBody'])) as {
  readonly widgets: readonly Widget[];
};
const searches = [
  ...JSON.stringify(widgets).matchAll(
    /SEARCH\('\{Selfheal,(?<dimensions>[^}]+)\} MetricName=\\"(?<metric>\w+)/g,
  ),
].map(({ groups }) => [groups?.['metric'], groups?.['dimensions']]);

describe('the dashboard', () => {
  it('is the only one, with no more metrics than a dashboard free of charge may have', () => {
    expect(others).toEqual([]);
    const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    expect(metrics.length).toBeGreaterThan(20);
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  it('shows every alarm of its stack', () => {
    const alarms = resourcesOf(monitoring, 'AWS::CloudWatch::Alarm').size;
    expect(widgets.find(({ type }) => type === 'alarm')?.properties.alarms).toHaveLength(alarms);
  });

  it('says what the deployed configuration costs in a month, in parts that add up', () => {
    const markdown = widgets.find(({ type }) => type === 'text')?.properties.markdown ?? '';
    const { total } = /\*\*\$(?<total>[\d.]+) a month\*\*/.exec(markdown)?.groups ?? {};
    const parts = [...markdown.matchAll(/^\| [a-z ]+ \| (?<usd>[\d.]+) \|$/gm)].map(({ groups }) =>
      Number(groups?.['usd']),
    );
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(Number(total), 1);
    expect(Number(total)).toBeGreaterThan(1);
  });

  it('draws what is used of each budget against its limit', () => {
    const limits = widgets.flatMap(({ properties: { annotations } }) => annotations?.horizontal ?? []);
    expect(limits).toMatchObject([
      { value: 3, label: 'maxConcurrentRepairs: 3' },
      { value: 1, label: 'all components: 1' },
      { value: 100, label: 'spent' },
      { value: 100, label: 'spent' },
    ]);
  });

  it('searches with exactly the dimensions that the functions write: one more or less finds nothing', () => {
    expect(searches).toEqual([
      ['Operations', 'component,service,state,strategy'],
      ['Refusals', 'reason,service'],
      ['OperationDuration', 'component,service,state,strategy'],
      ['Actions', 'action,outcome,service'],
      ['GroupBudgetUsed', 'group,service'],
      ['AttemptsUsed', 'component,service,strategy'],
      ['WatchdogPeersDown', 'service,shard'],
      ['HeartbeatMisses', 'service,shard'],
      ['WatchdogPeersUnchecked', 'service,shard'],
    ]);
  });
});
