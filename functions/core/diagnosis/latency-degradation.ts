import type { DiagnosisRule } from './diagnosis.ts';

export const latencyDegradation: DiagnosisRule = (alert) =>
  alert.metric === 'latency_p99'
    ? {
        rootCause: 'latency_degradation',
        confidence: 0.6,
        suggestedFix: 'check the database and the network',
      }
    : undefined;
