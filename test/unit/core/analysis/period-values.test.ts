import { describe, expect, it } from 'vitest';
import { BASELINE_SHARDS, baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { batchesOf } from '../../../../functions/core/analysis/batches.ts';
import { graphLink } from '../../../../functions/core/analysis/graph-link.ts';
import { leftOf, withInjection } from '../../../../functions/core/analysis/injection.ts';
import { periodValues } from '../../../../functions/core/analysis/period-values.ts';
import type { WatchedSeries } from '../../../../functions/core/analysis/watched-series.ts';

const at = (second: number, value = 0) => ({ atMs: second * 1_000, value });

describe('the values of periods', () => {
  it.each([
    ['Sum', 10],
    ['SampleCount', 4],
    ['Minimum', 1],
    ['Maximum', 4],
    ['Average', 2.5],
    ['p50', 2],
    ['p75', 3],
    ['p76', 4],
    ['p0', 1],
    ['p99.9', 4],
  ])('are combined by their statistic: %s', (statistic, value) => {
    const samples = [at(3, 4), at(1, 1), at(2, 3), at(0, 2)];
    expect(periodValues(samples, 60, statistic)).toEqual([at(0, value)]);
  });

  it('are in the order of their periods, which begin at whole multiples', () => {
    expect(periodValues([at(121, 5), at(59, 1), at(60, 2), at(119, 3)], 60, 'Sum')).toEqual([
      ...[at(0, 1), at(60, 5), at(120, 5)],
    ]);
    expect(periodValues([], 60, 'Sum')).toEqual([]);
  });
});

describe('an injected value', () => {
  const read = { points: [at(0, 1), at(60, 2), at(120, 3), at(180, 4)], completeUntilMs: 240_000 };
  const window = { startMs: 60_000, endMs: 180_000 };
  const injection = (points: number) => ({ metric: 'latency', value: 900, points });
  const values = (points: number) =>
    withInjection(read, window, injection(points)).points.map(({ value }) => value);

  it('takes the place of the next data points of the window', () => {
    expect(values(1)).toEqual([1, 900, 3, 4]);
    expect(values(5)).toEqual([1, 900, 900, 4]);
    expect(withInjection(read, window, undefined)).toBe(read);
    expect(withInjection(read, window, injection(1))).toMatchObject({ completeUntilMs: 240_000 });
  });

  it('takes the first place of series that are watched together', () => {
    const joint = { ...read, points: [{ ...at(60, 1), values: [1, 2, 3] }, at(120, 2)] };
    expect(withInjection(joint, window, injection(2)).points).toEqual([
      ...[{ ...at(60, 900), values: [900, 2, 3] }, at(120, 900)],
    ]);
  });

  it('is over once its data points were counted', () => {
    const injections = [
      injection(3),
      { ...injection(2), metric: 'errors' },
      { ...injection(1), metric: 'cpu' },
    ];
    const counted = new Map([
      ['latency', 2],
      ['errors', 2],
    ]);
    expect(leftOf(injections, counted)).toEqual([injection(1), { ...injection(1), metric: 'cpu' }]);
  });
});

describe('the graph of a series', () => {
  const metric = { namespace: 'AWS/EC2', metricName: 'CPU', dimensions: {}, statistic: 'Average' };
  const moment = { periodSeconds: 300, atMs: Date.UTC(2026, 10, 22, 12) };

  it('is of an expression with the metrics in it, which are not shown', () => {
    const source = { kind: 'expression', expression: 'm1 + $ü€', metrics: { m1: metric } } as const;
    expect(graphLink(source, { ...moment, region: 'eu-west-1' })).toBe(
      "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#metricsV2:graph=~(metrics~(~(~(expression~'m1*20*2b*20!*fc**20ac~id~'e1))~(~'AWS*2fEC2~'CPU~(stat~'Average~period~300~id~'m1~visible~false)))~view~'timeSeries~region~'eu-west-1~start~'2026-11-22T06*3a00*3a00.000Z~end~'2026-11-22T13*3a00*3a00.000Z)",
    );
  });

  it.each([
    ['eu-west-1', 'eu-west-1.console.aws.amazon.com'],
    ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
    ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ])('is in the console of its partition: %s', (region, host) => {
    const link = new URL(graphLink({ kind: 'metric', metric }, { ...moment, region }));
    expect(link.host).toBe(host);
    expect(link.searchParams.get('region')).toBe(region);
  });
});

describe('the records that are read together', () => {
  const shardNames = new Map<number, string>();
  for (let index = 0; shardNames.size < BASELINE_SHARDS; index += 1) {
    const name = `c${index}`;
    if (!shardNames.has(baselineShardOf(name))) shardNames.set(baselineShardOf(name), name);
  }
  /** @param sizes how many series are watched of each record, from the first on */
  const sizesOf = (...sizes: readonly number[]) => {
    const series = sizes.flatMap((size, shard) =>
      Array.from({ length: size }, () => ({ component: shardNames.get(shard) }) as WatchedSeries),
    );
    return batchesOf(series.toReversed()).map((batch) => batch.map((one) => one.series.length));
  };

  it('have five hundred series together at most, unless one has more', () => {
    expect(sizesOf(250, 250, 1)).toEqual([[250, 250], [1]]);
    expect(sizesOf(250, 251, 249)).toEqual([[250], [251, 249]]);
    expect(sizesOf(600, 1)).toEqual([[600], [1]]);
    expect(sizesOf(0, 2, 0, 3)).toEqual([[2, 3]]);
    expect(sizesOf()).toEqual([]);
  });

  it('are a hundred at most', () => {
    expect(sizesOf(...Array<number>(201).fill(1)).map(({ length }) => length)).toEqual([100, 100, 1]);
  });
});
