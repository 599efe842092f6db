import type { ErrorType } from '../configuration/schema/anomaly-schema.ts';
import type { Direction } from '../detection/detector.ts';

const BAD_WHEN_HIGH =
  /^(latency|error|cpu$|memory$|disk$|status_check$|duration$|throttles$|disk_queue$|replica_lag$)|_latency$/;
const BAD_WHEN_LOW = /^(throughput|hit_rate|free_(memory|storage|local_storage)$)/;

/** Which deviations of a metric are bad, by its name. */
export function usualDirection(metric: string): Direction {
  if (BAD_WHEN_HIGH.test(metric)) return 'above';
  return BAD_WHEN_LOW.test(metric) ? 'below' : 'both';
}

const USUAL_ERROR_TYPES: readonly (readonly [RegExp, ErrorType])[] = [
  [/^memory|_leak$|^gc_/, 'MEMORY_LEAK'],
  [/^cpu/, 'CPU_SPIKE'],
  [/^latency|_latency$|timeout|^network/, 'NETWORK_TIMEOUT'],
  [/^(database|db)_/, 'DATABASE_CONNECTION'],
  [/^deploy/, 'DEPLOYMENT_FAILURE'],
  [/^(config|certificate)/, 'CONFIGURATION_ERROR'],
  [/^dependency/, 'DEPENDENCY_FAILURE'],
  [/^error/, 'API_FAILURE'],
];

/** What kind of error a metric is about, by its name. */
export function usualErrorType(metric: string): ErrorType | undefined {
  return USUAL_ERROR_TYPES.find(([pattern]) => pattern.test(metric))?.[1];
}
