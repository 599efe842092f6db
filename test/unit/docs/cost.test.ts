import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costReport } from '../../../cli/presenters/cost.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../../functions/core/configuration/planned-alarms.ts';
import { monthlyCost } from '../../../functions/core/cost/monthly-cost.ts';
import { PRICES } from '../../../functions/core/cost/prices.ts';
import { fencesOf, TOP_LEVEL } from './pages.ts';

interface Item {
  readonly name: string;
  readonly quantity: number;
  readonly price: number;
  readonly month: number;
}

const text = readFileSync(`${TOP_LEVEL}docs/cost.md`, 'utf8');

/** Rows of the worked example: name, quantity, price, dollars a month. */
const items: readonly Item[] = [
  ...text.matchAll(
    /^\| (?<name>[^|*]+?) +\| (?<quantity>[\d.]+) +\| (?<price>[\d.]+) +\| (?<month>[\d.]+) +\|$/gm,
  ),
].map(({ groups }) => ({
  name: groups?.['name'] ?? '',
  quantity: Number(groups?.['quantity']),
  price: Number(groups?.['price']),
  month: Number(groups?.['month']),
}));

const priceOf = (name: string) => items.find((item) => item.name === name)?.price;

describe('the worked example of the monthly cost', () => {
  it.each(items)('multiplies $name', ({ quantity, price, month }) => {
    expect(Math.abs(quantity * price - month)).toBeLessThan(0.006);
  });

  it('adds up', () => {
    const [, total] = /\*\*total\*\*.*\*\*(?<total>[\d.]+)\*\*/.exec(text) ?? [];
    expect(items.length).toBe(11);
    expect(Number(total)).toBeCloseTo(
      items.reduce((sum, { month }) => sum + month, 0),
      2,
    );
  });

  it('uses the prices that the benchmarks use', () => {
    expect(priceOf('alarms of the components')).toBe(PRICES.alarm.usd);
    expect(priceOf('alarms on Selfheal itself')).toBe(PRICES.alarm.usd);
    expect(priceOf('`mem_used_percent` of the CloudWatch agent')).toBe(PRICES.customMetric.usd);
    expect(priceOf('repairs: metrics, by the hour')).toBe(PRICES.customMetric.usd);
    expect(priceOf('key of the two topics')).toBe(PRICES.kmsKey.usd);
    expect(priceOf('watchdog: GB-seconds')).toBe(PRICES.lambdaArmGigabyteSecond.usd);
    expect(priceOf('watchdog: write units')).toBe(PRICES.writeUnit.usd);
    expect(priceOf('watchdog: GB of logs')).toBe(PRICES.logGigabyte.usd);
  });
});

describe('the prices that the README names for its first deployment', () => {
  const path = 'README.md';
  const readme = readFileSync(`${TOP_LEVEL}${path}`, 'utf8');
  const yaml = fencesOf({ path, text: readme }).find(({ language }) => language === 'yaml')?.text ?? '';
  const named = (pattern: RegExp) => Number(pattern.exec(readme)?.groups?.['usd']);
  const withHeartbeats = yaml.replace(/^watchdog: .*$/m, '');

  /** As `selfheal cost` prints it. */
  function monthOf(text: string): number {
    const loaded = loadConfiguration(text, 'canary.yaml');
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
    const planned = plannedAlarms(loaded.configuration);
    return costReport(monthlyCost({ configuration: loaded.compiled, planned, repairs: 10 })).totalUsd;
  }

  it('are what `selfheal cost` prints for the file that it shows, to five cents', () => {
    const month = named(/What follows costs about \$(?<usd>[\d.]+) a month/);
    expect(Math.abs(monthOf(yaml) - month)).toBeLessThan(0.05);
  });

  it('say to half a dollar what heartbeats would add', () => {
    const more = named(/heartbeats would cost \$(?<usd>[\d.]+) a month more/);
    expect(withHeartbeats).not.toBe(yaml);
    expect(Math.abs(monthOf(withHeartbeats) - monthOf(yaml) - more)).toBeLessThan(0.5);
  });
});
