import type { WatchdogSettings } from '../configuration/schema/schema.ts';
import type { CostItem } from './cost-item.ts';
import { PRICES } from './prices.ts';

/** Of the function `watch`; a test compares it with the handler table. */
export const WATCH_MEMORY_MIB = 512;

const SECONDS_A_ROUND = 1;
/** Published for each shard, whatever the number of vantage points. */
const METRICS_A_SHARD = 5;
const LOG_BYTES_A_ROUND = 1_500;
const BYTES_A_GIGABYTE = 1e9;

/**
 * The watchdog in a month in which all peers are healthy. The function waits between the rounds of its minute, and is paid
 * for that.
 */
export function watchdogItems(
  { enabled, shards, vantagePoints, intervalSeconds }: WatchdogSettings,
  minutesAMonth: number,
): readonly CostItem[] {
  if (!enabled) return [];
  const functions = shards * vantagePoints.length;
  const secondsAMinute = Math.max(0, 60 - intervalSeconds) + SECONDS_A_ROUND;
  const rounds = (minutesAMonth * 60 * functions) / intervalSeconds;
  const gigabyteSeconds = minutesAMonth * functions * secondsAMinute * (WATCH_MEMORY_MIB / 1_024);
  const item = (what: string, quantity: number, unitUsd: number): CostItem => ({
    ...{ part: 'watchdog', what, quantity, unitUsd },
  });
  return [
    item('metrics of the shards', shards * METRICS_A_SHARD, PRICES.customMetric.usd),
    item('GB-seconds', gigabyteSeconds, PRICES.lambdaArmGigabyteSecond.usd),
    item('write units', rounds, PRICES.writeUnit.usd),
    item('GB of logs', (rounds * LOG_BYTES_A_ROUND) / BYTES_A_GIGABYTE, PRICES.logGigabyte.usd),
  ];
}
