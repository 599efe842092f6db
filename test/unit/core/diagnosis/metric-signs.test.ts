import { describe, expect, it } from 'vitest';
import {
  alertAlone,
  type ComponentEvidence,
  type Evidence,
  type RedAlarm,
} from '../../../../functions/core/diagnosis/evidence.ts';
import type { MetricClass } from '../../../../functions/core/diagnosis/metric-classes.ts';
import { redSince, signsOf, troubledSince } from '../../../../functions/core/diagnosis/metric-signs.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const red = (metric: string, minutes: number, more: Partial<RedAlarm> = {}): RedAlarm => ({
  ...{ alarmName: `web-${metric}`, metric, severity: 'CRITICAL', sinceMs: NOON + minutes * MINUTE_MS },
  ...more,
});

function evidenceOf(own: Partial<ComponentEvidence> = {}, alert: Partial<HealthAlert> = {}): Evidence {
  const about = alertOf('web', { metric: 'error_rate', alarmName: 'web-errors', ...alert });
  const component = { component: 'web', redAlarms: [], silentPeers: [], ...own };
  return { ...alertAlone(about), components: [component] };
}
const signs = (wanted: MetricClass, ...given: Parameters<typeof evidenceOf>) =>
  signsOf(evidenceOf(...given), wanted);

describe('the signs of trouble with a class of metrics', () => {
  it('are none where nothing is about it', () => {
    expect(signs('memory')).toEqual({ isAlert: false, signs: [] });
    expect(redSince(evidenceOf(), 'memory')).toBe(Number.POSITIVE_INFINITY);
  });

  it('are the alert, then other red alarms, then what else says so', () => {
    const own = {
      redAlarms: [red('memory_used', -3), red('heap', -2)],
      signs: [{ metric: 'gc', atMs: NOON, says: 'gc takes long' }],
    };
    expect(signs('memory', own, { metric: 'memory_used', alarmName: 'web-memory_used' })).toMatchObject({
      isAlert: true,
      signs: [
        'the alert is on memory_used',
        'alarm web-heap has been red since 2026-11-22T13:28:00.000Z',
        'gc takes long',
      ],
    });
  });

  it('say nothing twice that the alert says', () => {
    const own = { signs: [{ metric: 'memory', atMs: NOON, says: 'memory grows' }] };
    expect(signs('memory', own, { metric: 'memory' }).signs).toEqual(['the alert is on memory']);
  });

  it('include alarms that went red up to five minutes after the alert', () => {
    const lateBy = (ms: number) =>
      signs('memory', { redAlarms: [red('memory', 0, { sinceMs: NOON + ms })] }).signs.length;
    expect([lateBy(5 * MINUTE_MS), lateBy(5 * MINUTE_MS + 1)]).toEqual([1, 0]);
  });

  it.each<[string, Partial<HealthAlert>, boolean]>([
    ['below its threshold', { current: 1, threshold: 5 }, false],
    ['at its threshold', { current: 5, threshold: 5 }, true],
    ['above its threshold', { current: 9, threshold: 5 }, true],
    ['below its baseline', { current: 1, baseline: 5 }, false],
    ['with a threshold alone', { threshold: 5 }, true],
  ])('of load are none if there are too few requests: %s', (_, values, isAlert) => {
    expect(signs('traffic', {}, { metric: 'requests', ...values }).isAlert).toBe(isAlert);
  });

  it('of load are none by an alarm on too few requests', () => {
    const low = red('requests', -1, { isLow: true });
    expect(signs('traffic', { redAlarms: [low] }).signs).toEqual([]);
    const alert = { metric: 'requests', alarmName: 'web-requests' };
    expect(signs('traffic', { redAlarms: [low, red('memory', -1)] }, alert).isAlert).toBe(false);
    expect(signs('traffic', { redAlarms: [low] }, { ...alert, alarmName: 'another' }).isAlert).toBe(true);
    expect(signs('memory', { redAlarms: [red('memory', -1, { isLow: true })] }).signs).toHaveLength(1);
  });

  it.each<[string, readonly RedAlarm[], string, boolean | undefined]>([
    ['it was red before the alert', [red('memory', -1)], 'error_rate', true],
    ['it was red with the alert', [red('memory', 0)], 'error_rate', undefined],
    ['another resource was red before', [red('memory', -1), red('cpu', -2)], 'error_rate', false],
    ['another resource was red with it', [red('memory', -1), red('cpu', -1)], 'error_rate', undefined],
    ['something else was red before', [red('memory', -1), red('disk', -2)], 'error_rate', undefined],
    ['nothing else is red', [], 'memory', undefined],
  ])('say whether it was first: %s', (_, redAlarms, metric, isFirst) => {
    expect(signs('memory', { redAlarms }, { metric }).isFirst).toBe(isFirst);
  });

  it('are those of the alert where nothing is known of its component', () => {
    const nothing = { ...evidenceOf({}, { metric: 'memory' }), components: [] };
    expect(signsOf(nothing, 'memory')).toStrictEqual({ isAlert: true, signs: ['the alert is on memory'] });
  });

  it('say of resources of a process only whether they were first', () => {
    expect(signs('disk', { redAlarms: [red('disk', -1)] }).isFirst).toBeUndefined();
  });
});

describe('the beginning of trouble with a class of metrics', () => {
  it('is that of the alert or of an alarm in the hour before it', () => {
    const since = (ms: number) =>
      redSince(evidenceOf({ redAlarms: [red('memory', 0, { sinceMs: ms })] }), 'memory');
    expect(since(NOON - 60 * MINUTE_MS)).toBe(NOON - 60 * MINUTE_MS);
    expect(since(NOON - 60 * MINUTE_MS - 1)).toBe(Number.POSITIVE_INFINITY);
    expect(redSince(evidenceOf({ redAlarms: [red('memory', -5)] }, { metric: 'memory' }), 'memory')).toBe(
      NOON - 5 * MINUTE_MS,
    );
    expect(redSince(evidenceOf({}, { metric: 'memory' }), 'memory')).toBe(NOON);
  });

  it('may be what else says so', () => {
    const own = { signs: [{ metric: 'memory', atMs: NOON - 1, says: 'memory grows' }] };
    expect(troubledSince(evidenceOf(own), 'memory')).toBe(NOON - 1);
    expect(troubledSince(evidenceOf(own), 'cpu')).toBe(Number.POSITIVE_INFINITY);
    expect(troubledSince({ ...evidenceOf(), components: [] }, 'memory')).toBe(Number.POSITIVE_INFINITY);
  });
});
