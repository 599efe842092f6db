import type { DiagnosisRule } from './diagnosis.ts';

export const quorumLoss: DiagnosisRule = (alert) =>
  alert.metric === 'quorum'
    ? { rootCause: 'quorum_loss', confidence: 0.95, suggestedFix: 'activate safe mode' }
    : undefined;
