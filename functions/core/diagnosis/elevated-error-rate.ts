import type { DiagnosisRule } from './diagnosis.ts';

export const elevatedErrorRate: DiagnosisRule = (alert) =>
  alert.metric === 'error_rate'
    ? {
        rootCause: 'elevated_error_rate',
        confidence: 0.7,
        suggestedFix: 'check dependencies and configuration',
      }
    : undefined;
