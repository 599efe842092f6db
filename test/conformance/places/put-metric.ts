import type { AlarmEngine } from '../../../local/alarms/alarm-engine.ts';
import type { Place } from './place.ts';

const HIGH_RESOLUTION_SECONDS = 1;

/** Puts values into a CloudWatch of this process. */
export function metricsOf({ metrics }: Pick<AlarmEngine, 'metrics'>): NonNullable<Place['putMetric']> {
  return ({ namespace, name, atMs, value }) =>
    metrics.put(
      { namespace, name, dimensions: {} },
      { timestampMs: atMs, unit: 'None', sample: { kind: 'value', value, count: 1 } },
      HIGH_RESOLUTION_SECONDS,
    );
}
