import type { DiagnosisRule } from './diagnosis.ts';

const SATURATED_PERCENT = 90;

export const cpuSaturation: DiagnosisRule = (alert) =>
  alert.metric === 'cpu' && (alert.current ?? 0) > SATURATED_PERCENT
    ? { rootCause: 'cpu_saturation', confidence: 0.8, suggestedFix: 'look for runaway threads or tasks' }
    : undefined;
