import { describe, expect, it } from 'vitest';
import { entryOfEvent } from '../../../../local/demo/events.ts';

const alarmAt = (value: number, threshold: number) =>
  entryOfEvent(
    JSON.stringify({
      'detail-type': 'CloudWatch Alarm State Change',
      detail: {
        alarmName: 'selfheal-orders-memory-i-00000000000000001',
        state: {
          value: 'ALARM',
          timestamp: '2026-11-22T13:30:00.000+0000',
          reasonData: JSON.stringify({ recentDatapoints: [value], threshold }),
        },
        previousState: { value: 'OK' },
      },
    }),
  );

const signalOf = (detail: object) =>
  entryOfEvent(
    JSON.stringify({
      'detail-type': 'Selfheal Signal',
      time: '2026-11-22T13:30:00.000Z',
      detail: { component: 'sessions', severity: 'CRITICAL', ...detail },
    }),
  );

describe('the entry of a signal', () => {
  it('says what was expected, without the time of the metric, which is not that of the demo', () => {
    const reason = 'descriptors is 114, 81.9 expected (CRITICAL, score 11.7) since 2026-11-22T09:05:00.000Z';
    expect(signalOf({ kind: 'alert', origin: 'anomaly', reason })).toMatchObject({
      kind: 'anomaly',
      state: 'CRITICAL',
      tone: 'bad',
      why: 'descriptors is 114, 81.9 expected (CRITICAL, score 11.7)',
    });
    expect(signalOf({ kind: 'recovery', origin: 'anomaly' })).toMatchObject({ state: 'OK', tone: 'good' });
  });

  it('does not exist unless the signal is of the analysis, which alone has no entry of another kind', () => {
    expect(signalOf({ kind: 'alert', origin: 'watchdog' })).toBeUndefined();
    expect(signalOf({})).toBeUndefined();
  });
});

describe('the entry of an alarm', () => {
  it.each([
    [87.4, 'memory 87 %; limit 80 %'],
    [80.4, 'memory 80.4 %; limit 80 %'],
    [80.04, 'memory 80.04 %; limit 80 %'],
    [79.6, 'memory 79.6 %; limit 80 %'],
    [80, 'memory 80 %; limit 80 %'],
  ])('shows %d so that it differs visibly from the limit', (value, why) => {
    expect(alarmAt(value, 80)?.why).toBe(why);
  });
});
