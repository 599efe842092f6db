import { PRICES } from '../../../functions/core/cost/prices.ts';
import { HANDLERS } from '../../../functions/handlers/table/handler-table.ts';
import type { WriteMeasurement } from './writing.ts';

const HOURS_A_MONTH = 730;
const MINUTES_A_MONTH = HOURS_A_MONTH * 60;
const PEERS_A_SHARD = 2_000;
const METRICS_A_SHARD = 5;
const LOG_BYTES_A_ROUND = 1_500;
const BYTES_A_GIGABYTE = 1e9;
/** One look at the registered peers each minute. */
const READS_A_MINUTE = 1;

export interface PeerMonth {
  readonly peers: number;
  readonly intervalSeconds: number;
  readonly shards: number;
  readonly memoryMiB: number;
  /** In US dollars. */
  readonly lambda: number;
  readonly table: number;
  readonly metricsAndLogs: number;
  readonly total: number;
  readonly perPeer: number;
}

/**
 * What watching costs in a month in which all peers are healthy. The function is billed while it waits between the
 * rounds of its minute.
 *
 * @param roundSeconds how long a round takes
 * @param steady writes of the same number of peers for each shard, measured at 30 s
 */
export function peerMonth(
  peers: number,
  intervalSeconds: number,
  roundSeconds: number,
  steady: WriteMeasurement,
): PeerMonth {
  const shards = Math.ceil(peers / PEERS_A_SHARD);
  const memoryMiB = HANDLERS.watch.memorySizeMiB;
  const roundsAMinute = 60 / intervalSeconds;
  const rounds = MINUTES_A_MONTH * roundsAMinute * shards;
  const secondsAMinute = Math.max(0, 60 - intervalSeconds) + roundSeconds;
  const gigabyteSeconds = MINUTES_A_MONTH * shards * secondsAMinute * (memoryMiB / 1_024);
  const lambda =
    MINUTES_A_MONTH * shards * PRICES.lambdaRequest.usd +
    gigabyteSeconds * PRICES.lambdaArmGigabyteSecond.usd;
  const units = (anHour: number) => (anHour / (3_600 / 30)) * rounds;
  const table =
    units(steady.writeUnitsAnHour) * PRICES.writeUnit.usd +
    (units(steady.readUnitsAnHour) + MINUTES_A_MONTH * shards * READS_A_MINUTE) * PRICES.readUnit.usd;
  const metricsAndLogs =
    shards * METRICS_A_SHARD * PRICES.customMetric.usd +
    ((rounds * LOG_BYTES_A_ROUND) / BYTES_A_GIGABYTE) * PRICES.logGigabyte.usd;
  const total = lambda + table + metricsAndLogs;
  return {
    peers,
    intervalSeconds,
    shards,
    memoryMiB,
    lambda,
    table,
    metricsAndLogs,
    total,
    perPeer: total / peers,
  };
}
