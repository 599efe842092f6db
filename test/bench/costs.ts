import { PRICES } from '../../functions/core/cost/prices.ts';
import type { Counts } from './figures.ts';

/** US dollars, by what they are spent on. */
export type Bill = Readonly<Record<string, number>>;

/** The definition and a small event fit into one step of 64 MB, and triage into a few hundred milliseconds. */
const EXPRESS_GIGABYTE_SECONDS = (64 / 1_024) * 0.3;

/** A record of about 500 bytes a line, four lines an invocation. */
const LOG_BYTES_PER_INVOCATION = 2_000;
const BYTES_PER_GIGABYTE = 1_000_000_000;

export const totalOf = (bill: Bill) => Object.values(bill).reduce((sum, usd) => sum + usd, 0);

/** What one answered alarm costs, from what was counted; times of functions are this machine's. */
export function billOf(counts: Counts): Bill {
  const invocations = Object.values(counts.invocations).reduce((sum, count) => sum + count, 0);
  const isExpress = counts.expressTransitions > 0;
  return {
    transitions: counts.standardTransitions * PRICES.standardTransition.usd,
    express: isExpress
      ? PRICES.expressRequest.usd + EXPRESS_GIGABYTE_SECONDS * PRICES.expressGigabyteSecond.usd
      : 0,
    functions:
      invocations * PRICES.lambdaRequest.usd + counts.gigabyteSeconds * PRICES.lambdaArmGigabyteSecond.usd,
    // A refused write is billed; what these write is below 1 KB.
    table:
      (counts.writeUnits + counts.refusedWrites) * PRICES.writeUnit.usd +
      counts.readUnits * PRICES.readUnit.usd,
    events: (counts.calls['EventBridge PutEvents'] ?? 0) * PRICES.customEvent.usd,
    logs: ((invocations * LOG_BYTES_PER_INVOCATION) / BYTES_PER_GIGABYTE) * PRICES.logGigabyte.usd,
  };
}

export interface Fleet {
  readonly components: number;
  readonly alarmsPerComponent: number;
  /** Alarms on metrics that are the user's own, such as the CloudWatch agent's memory. */
  readonly customMetricsPerComponent: number;
  readonly healsPerComponent: number;
  /** The alarms on Selfheal itself. */
  readonly ownAlarms: number;
  /** Components whose alarms were well when the reconciler was measured: it reads the limits of each of them. */
  readonly reconciledComponents: number;
}

const MINUTES_PER_MONTH = 43_800;

/** A component's month: its alarms, its heals, and its share of what runs whether or not anything is sick. */
export function componentMonth(fleet: Fleet, incident: readonly Bill[], idleReconcile: Bill): Bill {
  const shared = fleet.ownAlarms * PRICES.alarm.usd;
  const { table = 0, ...run } = idleReconcile;
  const reconcilerMinute = totalOf(run) / fleet.components + table / fleet.reconciledComponents;
  return {
    alarms: fleet.alarmsPerComponent * PRICES.alarm.usd,
    customMetrics: fleet.customMetricsPerComponent * PRICES.customMetric.usd,
    heals: fleet.healsPerComponent * incident.reduce((sum, bill) => sum + totalOf(bill), 0),
    ownAlarmsShare: shared / fleet.components,
    reconcilerShare: MINUTES_PER_MONTH * reconcilerMinute,
  };
}
