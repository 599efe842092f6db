import type { HealthAlert } from '../signal/health-alert.ts';
import { CONFIDENCE_THRESHOLD } from './cause.ts';
import { cpuSaturation } from './cpu-saturation.ts';
import type { Diagnosis, DiagnosisRule } from './diagnosis.ts';
import { elevatedErrorRate } from './elevated-error-rate.ts';
import { remedyOf } from './find-causes.ts';
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

/** The likeliest cause, where the evidence was judged; otherwise what the first rule says that has something to say. */
export function diagnose(alert: HealthAlert): Diagnosis {
  const [likeliest] = alert.causes ?? [];
  if (likeliest && likeliest.confidence >= CONFIDENCE_THRESHOLD)
    return {
      rootCause: likeliest.code,
      confidence: likeliest.confidence,
      suggestedFix: remedyOf(likeliest.code),
    };
  for (const rule of RULES) {
    const diagnosis = rule(alert);
    if (diagnosis) return diagnosis;
  }
  return thresholdBreach(alert);
}
