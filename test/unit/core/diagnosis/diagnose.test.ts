import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../functions/core/diagnosis/diagnose.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';

describe('a diagnosis', () => {
  it.each([
    ['memory', 90.1, 'memory_exhaustion', 0.9, /restart with increased limits/],
    ['cpu', 90.1, 'cpu_saturation', 0.8, /runaway/],
    ['error_rate', 0, 'elevated_error_rate', 0.7, /dependencies and config/],
    ['latency_p99', 0, 'latency_degradation', 0.6, /database and the network/],
    ['quorum', 0, 'quorum_loss', 0.95, /safe mode/],
    ['disk', 99, 'threshold_breach_disk', 0.5, /investigate/],
    ['memory', 90, 'threshold_breach_memory', 0.5, /investigate/],
    ['cpu', 90, 'threshold_breach_cpu', 0.5, /investigate/],
  ])(
    'finds, for %s at %d, the cause %s with confidence %d',
    (metric, current, rootCause, confidence, fix) => {
      const diagnosis = diagnose(alertOf('web', { metric, current }));
      expect(diagnosis).toMatchObject({ rootCause, confidence });
      expect(diagnosis.suggestedFix).toMatch(fix);
    },
  );

  it('is the likeliest cause from a confidence of 0.7 on, and else what the alert shows', () => {
    const judged = (confidence: number) =>
      diagnose(
        alertOf('web', {
          ...{
            metric: 'quorum',
            causes: [{ code: 'DISK_FULL', component: 'web', confidence, supports: [] }],
          },
        }),
      );
    expect(judged(0.7)).toStrictEqual({
      ...{ rootCause: 'DISK_FULL', confidence: 0.7, suggestedFix: 'clear temporary files' },
    });
    expect(judged(0.69)).toStrictEqual({
      ...{ rootCause: 'quorum_loss', confidence: 0.95, suggestedFix: 'activate safe mode' },
    });
  });

  it('does not guess a figure that the alert does not have', () => {
    const { current: _current, ...alert } = alertOf('web', { metric: 'memory' });
    expect(diagnose(alert).rootCause).toBe('threshold_breach_memory');
  });
});
