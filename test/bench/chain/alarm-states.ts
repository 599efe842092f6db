import { median } from '../../../functions/core/diagnosis/robust-statistics.ts';
import { SERVICES, type Service } from './landscape.ts';
import type { PeriodFigures } from './period-meter.ts';
import type { RecordedCase } from './recorded-case.ts';

/** What operators set alarms on, by the metric's name in strategies. */
export const ALARM_METRICS = [
  'error_rate',
  'latency_p99',
  'cpu',
  'memory',
  'pool',
  'disk',
  'requests',
  'throttles',
  'descriptors',
  'certificate',
] as const;
export type AlarmMetric = (typeof ALARM_METRICS)[number];

type Reading = (figures: PeriodFigures) => number | undefined;

const READINGS: Readonly<Record<AlarmMetric, Reading>> = {
  error_rate: ({ requests, failures }) => (requests === 0 ? undefined : failures / requests),
  latency_p99: ({ requests, latencyMs }) => (requests === 0 ? undefined : latencyMs / requests),
  cpu: ({ cpu }) => cpu,
  memory: ({ memoryMb }) => memoryMb,
  pool: ({ pool }) => pool,
  disk: ({ disk }) => disk,
  requests: ({ arrivals }) => arrivals,
  throttles: ({ requests, throttled }) => (requests === 0 ? undefined : throttled / requests),
  descriptors: ({ descriptors }) => descriptors,
  certificate: ({ expiredForMs }) => expiredForMs,
};

/** The thresholds that people set who know what is normal. */
const THRESHOLDS: Readonly<Record<AlarmMetric, (history: readonly number[]) => number>> = {
  error_rate: () => 0.08,
  latency_p99: (history) => 2 * quantile(history, 0.95),
  cpu: () => 0.9,
  memory: (history) => 1.5 * median(history),
  pool: () => 0.9,
  disk: () => 0.9,
  requests: (history) => 1.5 * quantile(history, 0.99),
  throttles: () => 0.1,
  descriptors: () => 0.9,
  certificate: () => 0,
};

/** M of N, as CloudWatch counts. */
const N = 4;
const M = 3;

export interface AlarmChange {
  readonly service: Service;
  readonly metric: AlarmMetric;
  readonly state: 'ALARM' | 'OK';
  /** The period at whose end it changes. */
  readonly at: number;
}

export const alarmName = (service: Service, metric: AlarmMetric) => `shop-${service}-${metric}`;

/** When each alarm changes from the fault on, the earliest first. What the fault before has left behind is not of this one. */
export function alarmChanges({ series, history, onset }: RecordedCase): readonly AlarmChange[] {
  const changes: AlarmChange[] = [];
  for (const service of SERVICES) {
    const { figures } = series[service];
    for (const metric of ALARM_METRICS) {
      const values = figures.map((one) => one && READINGS[metric](one));
      const known = values.slice(0, history).filter((value) => value !== undefined);
      if (known.length === 0) continue;
      const threshold = THRESHOLDS[metric](known);
      // Where data points are missing, CloudWatch evaluates older ones.
      const isRedAt = (at: number) =>
        values
          .slice(Math.max(0, at - 2 * N + 1), at + 1)
          .filter((value) => value !== undefined)
          .slice(-N)
          .filter((value) => value >= threshold).length >= M;
      // Red before the fault is not of the fault, unless it goes on.
      for (let at = onset, isRed = false; at < values.length; at += 1) {
        if (isRedAt(at) === isRed) continue;
        isRed = !isRed;
        changes.push({ service, metric, state: isRed ? 'ALARM' : 'OK', at });
      }
    }
  }
  return changes.toSorted((a, b) => a.at - b.at);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
