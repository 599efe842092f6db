import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../../../functions/core/configuration/planned-alarms.ts';
import { type CostItem, usdOf } from '../../../../functions/core/cost/cost-item.ts';
import { monthlyCost } from '../../../../functions/core/cost/monthly-cost.ts';
import { PRICES } from '../../../../functions/core/cost/prices.ts';
import { COUNTED_RECONCILER_RUN_USD, COUNTED_REPAIR } from '../../../../functions/core/cost/repair-counts.ts';
import { WATCH_MEMORY_MIB } from '../../../../functions/core/cost/watchdog-cost.ts';
import { HANDLERS } from '../../../../functions/handlers/table/handler-table.ts';
import { TOP_LEVEL } from '../../docs/pages.ts';

const read = (path: string) => readFileSync(`${TOP_LEVEL}${path}`, 'utf8');
const SAMPLE = read('selfheal.yaml');
const PAGE = read('docs/cost.md');

function costOf(yaml: string, repairs = 10): readonly CostItem[] {
  const loaded = loadConfiguration(yaml, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { configuration, compiled } = loaded;
  return monthlyCost({ configuration: compiled, planned: plannedAlarms(configuration), repairs });
}

/** The sample configuration with another watchdog. */
const withWatchdog = (settings: string) => `${SAMPLE}\nwatchdog: { ${settings} }\n`;

const totalOf = (items: readonly CostItem[]) => items.reduce((sum, item) => sum + usdOf(item), 0);
const quantityOf = (items: readonly CostItem[], what: string) =>
  items.find((one) => one.what === what)?.quantity;

describe('the monthly cost of a configuration', () => {
  it('stays within 5 % of what the benchmark counted for the sample configuration', () => {
    const counted = Number(/\*\*total\*\*.*\*\*(?<total>[\d.]+)\*\*/.exec(PAGE)?.groups?.['total']);
    expect(counted).toBeGreaterThan(10);
    expect(Math.abs(totalOf(costOf(SAMPLE)) / counted - 1)).toBeLessThan(0.05);
  });

  it('counts a repair and a run of the reconciler as the benchmark did', () => {
    const rows: readonly (readonly [string, number])[] = [
      ['state transitions, Standard', COUNTED_REPAIR.standardTransitions],
      ['state transitions, Express', COUNTED_REPAIR.expressTransitions],
      ['Lambda invocations', COUNTED_REPAIR.invocations],
      ['DynamoDB write units', COUNTED_REPAIR.writeUnits],
      ['DynamoDB read units', COUNTED_REPAIR.readUnits],
      ['price of one, $', COUNTED_REPAIR.usd],
    ];
    for (const [name, counted] of rows) {
      const [, first] = new RegExp(`^\\| ${name.replace('$', '\\$')} +\\| ([\\d.]+) `, 'm').exec(PAGE) ?? [];
      expect(Number(first), name).toBe(counted);
    }
    expect(PAGE).toContain(`| ${COUNTED_RECONCILER_RUN_USD} `);
  });

  it('names the most that searches in logs may cost, where there are any', () => {
    const what = 'GB of logs searched, at most';
    expect(quantityOf(costOf(SAMPLE), what)).toBeUndefined();
    const searched = costOf(SAMPLE.replace('    alarms:\n', '    logs: [/web]\n    alarms:\n'), 7);
    const item = searched.find((one) => one.what === what);
    expect(item).toMatchObject({ part: 'investigations', quantity: 70, unitUsd: 0.005 });
  });

  it('pays for the polls of the queue of investigations, even if no repair fails', () => {
    const what = 'requests to the queue';
    expect(quantityOf(costOf(SAMPLE), what)).toBeUndefined();
    for (const yaml of [
      SAMPLE.replace('    alarms:\n', '    logs: [/web]\n    alarms:\n'),
      SAMPLE.replace('settings:', 'settings:\n  investigate: [cloudtrail]'),
    ])
      expect(costOf(yaml, 0).filter((one) => one.what === what)).toEqual([
        { part: 'investigations', what, quantity: 657_000, unitUsd: PRICES.queueRequest.usd },
      ]);
  });

  it('names the most that X-Ray’s scans may cost, where traces are read', () => {
    const what = 'traces scanned, at most';
    expect(quantityOf(costOf(SAMPLE), what)).toBeUndefined();
    const scanned = costOf(SAMPLE.replace('settings:', 'settings:\n  investigate: [xray]'), 7);
    const item = scanned.find((one) => one.what === what);
    expect(item).toMatchObject({ part: 'investigations', quantity: 700_000, unitUsd: 0.0000005 });
  });

  it('pays for every metric of an expression', () => {
    const series = (more: string) => `
components:
  web:
    targets: { custom: web }
    alarms: { errors: { adopt: web-errors, metric: errors } }
    anomalies: { errors: ${more} }
strategies: [{ id: call, trigger: { metrics: [errors] }, actions: [{ type: notify_architect }] }]
`;
    const metric = (name: string) =>
      `{ namespace: Shop, metricName: ${name}, dimensions: {}, statistic: Sum }`;
    const readings = (more: string) => quantityOf(costOf(series(more)), 'readings of series');
    const one = readings('{ namespace: Shop, metricName: Errors, dimensions: {}, statistic: Sum }');
    const two = readings(
      `{ expression: a / b, metrics: { a: ${metric('Errors')}, b: ${metric('Requests')} } }`,
    );
    expect(one).toBeGreaterThan(0);
    expect(two).toBe(2 * (one ?? 0));
  });

  it('pays for the memory that the watchdog has', () => {
    expect(WATCH_MEMORY_MIB).toBe(HANDLERS.watch.memorySizeMiB);
  });

  it('grows with repairs, shards and vantage points, and leaves out a watchdog that is off', () => {
    expect(totalOf(costOf(SAMPLE, 1_010)) - totalOf(costOf(SAMPLE, 10))).toBeCloseTo(
      1_000 * COUNTED_REPAIR.usd + ((1_000 * 10) / 730) * PRICES.customMetric.usd,
    );
    const twice = costOf(withWatchdog('shards: 2, vantagePoints: [{ name: here }, { name: there }]'));
    const once = costOf(SAMPLE);
    expect(quantityOf(twice, 'GB-seconds')).toBe(4 * (quantityOf(once, 'GB-seconds') ?? 0));
    expect(quantityOf(twice, 'metrics of the shards')).toBe(10);
    const without = costOf(withWatchdog('enabled: false'));
    expect(without.some(({ part }) => part === 'watchdog')).toBe(false);
  });
});
