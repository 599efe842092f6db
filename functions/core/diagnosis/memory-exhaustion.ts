import type { DiagnosisRule } from './diagnosis.ts';

const EXHAUSTED_PERCENT = 90;

export const memoryExhaustion: DiagnosisRule = (alert) =>
  alert.metric === 'memory' && (alert.current ?? 0) > EXHAUSTED_PERCENT
    ? { rootCause: 'memory_exhaustion', confidence: 0.9, suggestedFix: 'restart with increased limits' }
    : undefined;
