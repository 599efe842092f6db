import type { HealthAlert } from '../signal/health-alert.ts';

/** Why a component is unhealthy, as far as one alert shows. */
export interface Diagnosis {
  readonly rootCause: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly suggestedFix: string;
}

/** One rule, one file. `undefined`: the rule has nothing to say about this alert. */
export type DiagnosisRule = (alert: HealthAlert) => Diagnosis | undefined;
