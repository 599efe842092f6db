import type { HealthAlert } from '../signal/health-alert.ts';
import { cpuSaturation } from './cpu-saturation.ts';
import type { Diagnosis, DiagnosisRule } from './diagnosis.ts';
import { elevatedErrorRate } from './elevated-error-rate.ts';
import { latencyDegradation } from './latency-degradation.ts';
import { memoryExhaustion } from './memory-exhaustion.ts';
import { quorumLoss } from './quorum-loss.ts';
import { thresholdBreach } from './threshold-breach.ts';

const RULES: readonly DiagnosisRule[] = [
  memoryExhaustion,
  cpuSaturation,
  elevatedErrorRate,
  latencyDegradation,
  quorumLoss,
];

/** The first rule that has something to say. */
export function diagnose(alert: HealthAlert): Diagnosis {
  for (const rule of RULES) {
    const diagnosis = rule(alert);
    if (diagnosis) return diagnosis;
  }
  return thresholdBreach(alert);
}
