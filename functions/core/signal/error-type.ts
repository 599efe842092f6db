import { usualErrorType } from '../analysis/metric-meaning.ts';
import type { HealthAlert } from './health-alert.ts';

/**
 * The kind of error that an alert is about, for people: what its monitor says, else what its metric usually means. It is
 * no evidence: diagnosis reads what the monitor has said, and nothing that follows from a name.
 */
export function errorTypeOf({ errorType, metric }: Pick<HealthAlert, 'errorType' | 'metric'>): string {
  return errorType ?? usualErrorType(metric) ?? 'API_FAILURE';
}
