import type { HealthAlert } from '../signal/health-alert.ts';
import type { Diagnosis } from './diagnosis.ts';

/** The fallback when no rule knows more. */
export function thresholdBreach(alert: HealthAlert): Diagnosis {
  return {
    rootCause: `threshold_breach_${alert.metric}`,
    confidence: 0.5,
    suggestedFix: 'investigate by hand',
  };
}
