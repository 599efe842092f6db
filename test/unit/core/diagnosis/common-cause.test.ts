import { describe, expect, it } from 'vitest';
import { faultsElsewhere } from '../../../../functions/core/diagnosis/fault-elsewhere.ts';
import { evidenceOf, MINUTE_MS, red, silent } from '../../../factories/diagnosis/unhealthy-dependencies.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const calls = ['gateway>orders', 'gateway>payments', 'orders>database', 'payments>database'];
const alert = { ...alertOf('gateway'), metric: 'error_rate', occurredAtMs: NOON };
const on = (metric: string, sinceMs = NOON) => ({
  ...red(sinceMs, 'CRITICAL', metric),
  alarmMetrics: [metric],
});
const failing = on('error_rate');
const slow = on('latency_p99');

const suspectsOf = (...[found, more]: Parameters<typeof evidenceOf>) =>
  faultsElsewhere(evidenceOf(found, { calls, alert, ...more }));
const blamed = (...given: Parameters<typeof evidenceOf>) =>
  suspectsOf(...given)
    .map(({ component }) => component)
    .toSorted();

describe('what several unhealthy components call, and of which nothing is known', () => {
  it('is said to be at fault with who calls it, since the first of them is unhealthy', () => {
    const earlier = on('error_rate', NOON - MINUTE_MS);
    expect(suspectsOf({ orders: failing, payments: earlier })).toStrictEqual([
      {
        component: 'database',
        confidence: 0.75,
        supports: ['orders and payments call it and are unhealthy, and nothing is known of it'],
        sinceMs: NOON - MINUTE_MS,
        ...{ isBeingHealed: false, isSilent: false, isSuffering: false, hasOwnTrouble: false },
        isUnknown: true,
      },
    ]);
  });

  it('does not clear what else is at fault', () => {
    const found = { orders: failing, payments: failing, mail: silent() };
    expect(blamed(found, { calls: [...calls, 'gateway>mail'] })).toEqual(['database', 'mail']);
  });

  it('is not at fault if only one of them calls it', () => {
    const found = { orders: failing, payments: failing };
    const one = ['gateway>orders', 'gateway>payments', 'orders>database'];
    expect(blamed(found, { calls: one })).toEqual(['orders', 'payments']);
  });

  it('is not at fault if there are two of that kind', () => {
    const found = { orders: failing, payments: failing };
    const two = [...calls, 'orders>cache', 'payments>cache'];
    expect(blamed(found, { calls: two })).toEqual(['orders', 'payments']);
  });

  it('is only cleared by alarms on all that they suffer from, whatever other alarms it has', () => {
    const found = (...alarmMetrics: readonly string[]) =>
      blamed({ orders: slow, payments: failing, database: { alarmMetrics } });
    expect(found('error_rate')).toEqual(['database']);
    expect(found('memory', 'error_rate', 'latency_p99')).toEqual(['orders', 'payments']);
  });

  it('is cleared by its traffic, if that is measured', () => {
    const found = { orders: failing, payments: failing };
    const candidates = [
      { component: 'orders', share: 0.5, coverage: 0.5, confidence: 0.5 },
      { component: 'payments', share: 0.5, coverage: 0.5, confidence: 0.5 },
    ];
    const excess = { symptom: 'failures', candidates } as const;
    expect(blamed(found, { excess })).toEqual(['orders', 'payments']);
    expect(blamed(found, { excess: { ...excess, unjudged: ['orders'] } })).toEqual(['orders', 'payments']);
    expect(blamed(found, { excess: { ...excess, unjudged: ['database'] } })).toEqual(['database']);
  });

  it('is at fault where only their traffic shows that they suffer, unless its alarm is on that', () => {
    const candidates = ['orders', 'payments'].map((component) => ({
      ...{ component, share: 0.5, coverage: 0.5, confidence: 0.9 },
    }));
    const excess = { symptom: 'failures' as const, candidates, unjudged: ['database'] };
    expect(blamed({}, { excess })).toEqual(['database']);
    expect(blamed({ database: { alarmMetrics: ['error_rate'] } }, { excess })).toEqual([
      'orders',
      'payments',
    ]);
  });

  it.each([
    ['does not answer its heartbeat', silent()],
    ['is being healed', { operationId: 'op-1' }],
    ['has just been healed', { lastAdmittedMs: NOON - MINUTE_MS }],
  ])('is not at fault if one of them %s', (_, found) => {
    expect(blamed({ orders: { ...failing, ...found }, payments: failing })).toEqual(['orders', 'payments']);
  });
});
