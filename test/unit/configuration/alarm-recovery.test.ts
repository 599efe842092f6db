import { describe, expect, it } from 'vitest';
import { alarmRecovery } from '../../../functions/core/configuration/alarm-recovery.ts';
import { configured } from '../../factories/configuration.ts';

const threshold = (periodSeconds: number, more: object = {}) => ({
  metric: 'errors',
  namespace: 'Shop',
  metricName: 'Errors',
  threshold: 1,
  periodSeconds,
  ...more,
});

function recoveryOf(key: string, declared: Readonly<Record<string, object>>) {
  const { alarms } = configured({ components: { web: { alarms: declared } } }).components['web'] ?? {};
  const alarm = alarms?.[key];
  if (alarms === undefined || alarm === undefined) throw new Error(`no alarm ${key}`);
  return alarmRecovery(alarm, alarms);
}

describe('an alarm', () => {
  it('returns to OK once fewer than M of N points are bad', () => {
    expect(recoveryOf('a', { a: threshold(60, { evaluationPeriods: 5, datapointsToAlarm: 3 }) })).toEqual({
      goodPoints: 3,
      periodSeconds: 60,
      delaySeconds: 90,
      totalSeconds: 270,
    });
  });

  it('returns to OK with its first good point if all points have to be bad', () => {
    expect(recoveryOf('a', { a: threshold(300, { evaluationPeriods: 3 }) })).toEqual({
      goodPoints: 1,
      periodSeconds: 300,
      delaySeconds: 90,
      totalSeconds: 390,
    });
  });

  it('is evaluated every 10 s if its period is shorter than a minute', () => {
    expect(recoveryOf('a', { a: threshold(30) })).toMatchObject({ delaySeconds: 40, totalSeconds: 70 });
  });

  it('is assumed to have periods of a minute if it is adopted', () => {
    expect(recoveryOf('a', { a: { metric: 'errors', adopt: 'shop-errors' } })).toEqual({
      goodPoints: 1,
      periodSeconds: 60,
      delaySeconds: 90,
      totalSeconds: 150,
    });
  });
});

describe('a composite alarm', () => {
  const both = (...allOf: readonly string[]) => ({ metric: 'errors', allOf });

  it('returns to OK with the quickest of its alarms, in whatever order it names them', () => {
    const alarms = { slow: threshold(300), quick: threshold(30), middling: threshold(60) };
    for (const names of [
      ['slow', 'quick', 'middling'],
      ['quick', 'middling', 'slow'],
    ])
      expect(recoveryOf('both', { ...alarms, both: both(...names) })).toMatchObject({ totalSeconds: 70 });
  });

  it('is assumed to be like an adopted one if it names no alarm but composite ones', () => {
    const alarms = { one: both('other', 'gone'), other: both('one', 'gone') };
    expect(recoveryOf('one', alarms)).toMatchObject({ periodSeconds: 60, totalSeconds: 150 });
  });
});
