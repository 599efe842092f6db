import { describe, expect, it } from 'vitest';
import type { ComponentEvidence, Evidence } from '../../../../functions/core/diagnosis/evidence.ts';
import { faultsElsewhere } from '../../../../functions/core/diagnosis/fault-elsewhere.ts';
import {
  evidenceOf,
  MINUTE_MS,
  red,
  sign,
  silent,
} from '../../../factories/diagnosis/unhealthy-dependencies.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const faultElsewhere = (evidence: Evidence) => faultsElsewhere(evidence)[0];

describe('what a monitor reports of a dependency', () => {
  it('decides nothing alone, and something beside a missed heartbeat', () => {
    expect(faultElsewhere(evidenceOf({ database: sign('queue_age') }))).toBeUndefined();
    const both = { ...sign('queue_age'), ...silent(NOON, 'DEGRADED') };
    expect(faultElsewhere(evidenceOf({ database: both }))).toMatchObject({
      ...{ component: 'database', confidence: 0.76 },
      supports: [expect.stringContaining('has not answered'), 'a monitor reports queue_age'],
    });
  });

  it('adds nothing to an alarm, which may see the same', () => {
    const both = { ...sign('disk'), ...red(NOON, 'CRITICAL', 'disk') };
    expect(faultElsewhere(evidenceOf({ database: both }))?.confidence).toBeCloseTo(0.79);
  });

  it('is trouble of its own, which no caller makes, where it is on the disk', () => {
    const found = { orders: { ...sign('disk'), ...silent() }, database: silent() };
    const names = faultsElsewhere(evidenceOf(found)).map(({ component }) => component);
    expect(names.toSorted()).toEqual(['database', 'orders']);
    const onErrors = { ...found, orders: { ...sign('error_rate'), ...silent() } };
    expect(faultsElsewhere(evidenceOf(onErrors)).map(({ component }) => component)).toEqual(['database']);
  });
});

describe('the search for a fault elsewhere', () => {
  it.each([
    ['latency', 'by requests and latency, it accounts for 84 % of the additional waiting at gateway'],
    ['failures', 'by requests and failures, it accounts for 84 % of the additional failures at gateway'],
  ] as const)(
    'says how much of the %s at the alarmed component another one accounts for',
    (symptom, says) => {
      const candidate = { component: 'database', share: 0.9, coverage: 0.837, confidence: 0.8 };
      const evidence = evidenceOf({}, { excess: { symptom, candidates: [candidate] } });
      expect(faultElsewhere(evidence)).toMatchObject({ component: 'database', supports: [says] });
    },
  );

  it('blames the last unhealthy component on the path', () => {
    const evidence = evidenceOf({ orders: red(), database: red(NOON + MINUTE_MS) });
    expect(faultElsewhere(evidence)?.component).toBe('database');
  });

  it.each([
    ['an alarm that is red', red(), 0.79],
    ['a peer that does not answer', silent(), 0.9],
    ['an operation in flight', { operationId: 'op-1' }, 0.8],
    ['a repair that began a minute ago', { lastAdmittedMs: NOON - MINUTE_MS }, 0.75],
  ])('trusts %s', (_, found, confidence) => {
    expect(faultElsewhere(evidenceOf({ database: found }))?.confidence).toBeCloseTo(confidence);
  });

  it.each([
    ['nothing', {}],
    ['a warning alone', red(NOON, 'WARNING')],
    ['an alarm for display only', red(NOON, 'INFO')],
    ['a heartbeat missed once', silent(NOON, 'DEGRADED')],
    ['an alarm that has been red for days', red(NOON - 3 * 24 * 60 * MINUTE_MS)],
    ['a peer that has been down for days', silent(NOON - 3 * 24 * 60 * MINUTE_MS)],
    ['a repair an hour ago', { lastAdmittedMs: NOON - 60 * MINUTE_MS }],
  ])('concludes no fault from %s', (_, found) => {
    expect(faultElsewhere(evidenceOf({ database: found }))).toBeUndefined();
  });

  it('gains confidence with several observations, and never certainty', () => {
    const found = { ...red(), ...silent(), operationId: 'op-1' };
    expect(faultElsewhere(evidenceOf({ database: found }))?.confidence).toBe(0.95);
    const mild = { ...red(NOON, 'WARNING'), ...silent(NOON, 'DEGRADED') };
    expect(faultElsewhere(evidenceOf({ database: mild }))?.confidence).toBeCloseTo(0.76);
  });

  it('loses confidence with each source that could not be read', () => {
    const missing = (['operations', 'alarms', 'heartbeats'] as const).map((source) => ({ source, why: '' }));
    const withMissing = (count: number) =>
      faultElsewhere(evidenceOf({ database: red() }, { missing: missing.slice(0, count) }));
    expect(withMissing(1)?.confidence).toBeCloseTo(0.71);
    expect(withMissing(2)).toBeUndefined();
  });

  it('gains no confidence from a second alarm on the same trouble', () => {
    const two = [...red().redAlarms, { ...red().redAlarms[0], alarmName: 'database-latency' }];
    const found = { redAlarms: two as ComponentEvidence['redAlarms'] };
    expect(faultElsewhere(evidenceOf({ database: found }))?.confidence).toBeCloseTo(0.79);
  });

  it('counts what began before the alert, if the alarmed component had been unhealthy already', () => {
    const since = NOON - 5 * 60 * MINUTE_MS;
    expect(faultElsewhere(evidenceOf({ gateway: red(since), database: red(since) }))?.component).toBe(
      'database',
    );
  });

  it('never blames the alarmed component itself', () => {
    expect(
      faultElsewhere(evidenceOf({ gateway: { ...red(), ...silent(), operationId: 'op-1' } })),
    ).toBeUndefined();
  });

  it('blames both of two components on different paths, the one with the stronger evidence first', () => {
    const failing = red(NOON, 'CRITICAL', 'error_rate');
    const found = faultsElsewhere(evidenceOf({ payments: silent(), orders: failing, database: red() }));
    expect(found.map(({ component }) => component)).toEqual(['payments', 'database']);
  });

  it('blames the same of two components that depend on each other, whichever is alarmed', () => {
    const calls = ['gateway>orders', 'orders>gateway'];
    const weaker = evidenceOf({ gateway: red(), orders: red(NOON - MINUTE_MS) }, { calls });
    expect(faultElsewhere(weaker)?.component).toBe('orders');
    const stronger = evidenceOf({ gateway: red(NOON - MINUTE_MS), orders: red() }, { calls });
    expect(faultElsewhere(stronger)).toBeUndefined();
    const equal = evidenceOf({ gateway: red(), orders: red() }, { calls });
    expect(faultElsewhere(equal)).toBeUndefined();
  });

  it('blames the component with the stronger evidence within a circle', () => {
    const calls = ['gateway>orders', 'orders>stock', 'stock>orders', 'orders>gateway'];
    const failing = red(NOON, 'CRITICAL', 'error_rate');
    const found = faultsElsewhere(evidenceOf({ orders: failing, stock: silent() }, { calls }));
    expect(found.map(({ component }) => component)).toEqual(['stock']);
  });

  it.each(['memory', 'disk', 'certificate'])(
    'also blames a caller whose %s is in trouble, which nothing behind it causes',
    (metric) => {
      const found = evidenceOf({ orders: red(NOON, 'CRITICAL', metric), database: silent() });
      expect(faultsElsewhere(found).map(({ component }) => component)).toEqual(['database', 'orders']);
    },
  );
});

describe('the traffic that two components account for', () => {
  const part = { share: 0.48, coverage: 0.48, confidence: 0.45 };
  const excess = {
    symptom: 'failures',
    candidates: [
      { ...part, component: 'payments' },
      { ...part, component: 'database', confidence: 0.44 },
    ],
  } as const;

  it('adds to the confidence in their alarms, and is not enough without them', () => {
    expect(faultsElsewhere(evidenceOf({}, { excess }))).toEqual([]);
    const failing = red(NOON, 'CRITICAL', 'error_rate');
    const found = faultsElsewhere(evidenceOf({ payments: failing, database: failing }, { excess }));
    expect(found.map(({ component }) => component)).toEqual(['payments', 'database']);
    expect(Math.min(...found.map(({ confidence }) => confidence))).toBeGreaterThan(0.85);
  });
});

describe('a component of which nothing is known', () => {
  const calls = ['gateway>orders', 'gateway>payments', 'orders>database', 'payments>database'];
  const failing = { ...red(NOON, 'CRITICAL', 'error_rate'), alarmMetrics: ['error_rate'] };
  const excess = {
    symptom: 'failures',
    candidates: [{ component: 'orders', share: 0.9, coverage: 0.95, confidence: 0.93 }],
    unjudged: ['database'],
  } as const;
  const alert = { ...alertOf('gateway'), metric: 'error_rate', occurredAtMs: NOON };

  it('keeps its caller from being blamed with certainty, whatever else shows the same trouble', () => {
    expect(faultElsewhere(evidenceOf({}, { excess }))?.confidence).toBeCloseTo(0.79);
    expect(faultElsewhere(evidenceOf({ orders: failing }, { excess }))?.confidence).toBeCloseTo(0.79);
  });

  it('does not protect its caller if an alarm of its own would show the trouble', () => {
    const database = { alarmMetrics: ['error_rate'] };
    expect(faultElsewhere(evidenceOf({ database }, { excess }))?.confidence).toBeCloseTo(0.93);
  });

  it('takes the blame, rather than two that call it and fail at the same time', () => {
    const [cause, ...more] = faultsElsewhere(
      evidenceOf({ orders: failing, payments: failing }, { calls, alert }),
    );
    expect(more).toEqual([]);
    expect(cause).toMatchObject({ component: 'database', confidence: 0.75 });
  });

  it('takes the blame if they are slow, and its own alarm would only show failures', () => {
    const slow = { ...red(NOON, 'CRITICAL', 'latency_p99'), alarmMetrics: ['latency_p99'] };
    const blamed = (alarmMetrics: readonly string[]) =>
      faultsElsewhere(
        evidenceOf({ orders: slow, payments: slow, database: { alarmMetrics } }, { calls, alert }),
      ).map(({ component }) => component);
    expect(blamed(['error_rate'])).toEqual(['database']);
    expect(blamed(['error_rate', 'latency_p99']).toSorted()).toEqual(['orders', 'payments']);
  });

  it.each([
    ['one of them has trouble of its own', { orders: red(NOON, 'CRITICAL', 'disk'), payments: failing }],
    [
      'an alarm of its own is green',
      { orders: failing, payments: failing, database: { alarmMetrics: ['errors'] } },
    ],
  ])('takes no blame if %s', (_, found) => {
    const suspects = faultsElsewhere(evidenceOf(found, { calls, alert }));
    expect(suspects.map(({ component }) => component).toSorted()).toEqual(['orders', 'payments']);
  });
});

describe('a dependency that may only suffer from more requests', () => {
  const excess = {
    symptom: 'latency',
    candidates: [{ component: 'database', share: 0.9, coverage: 0.95, confidence: 0.91 }],
  } as const;
  const slow = { database: red(NOON, 'CRITICAL', 'latency_p99') };

  it('takes the blame if it is slow without a surge', () => {
    expect(faultElsewhere(evidenceOf(slow, { excess }))?.component).toBe('database');
  });

  it('takes no blame for being slow if the alarmed component passes a surge on', () => {
    const surges = { gateway: 2.5, database: 2.5 };
    expect(faultElsewhere(evidenceOf(slow, { excess, surges }))).toBeUndefined();
    const alarmed = { ...slow, gateway: red(NOON - MINUTE_MS, 'CRITICAL', 'requests') };
    expect(faultElsewhere(evidenceOf(alarmed, { excess }))).toBeUndefined();
  });

  it('takes the blame all the same if its disk is full or it does not answer', () => {
    const surges = { gateway: 2.5 };
    for (const found of [red(NOON, 'CRITICAL', 'disk'), silent()])
      expect(faultElsewhere(evidenceOf({ database: found }, { surges }))?.component).toBe('database');
  });

  it('becomes a suspect if it alone gets more requests', () => {
    const unsure = { ...excess, candidates: [{ ...excess.candidates[0], confidence: 0.6 }] };
    expect(faultElsewhere(evidenceOf({}, { excess: unsure }))).toBeUndefined();
    const surges = { database: 2.5 };
    expect(faultElsewhere(evidenceOf({}, { excess: unsure, surges }))?.component).toBe('database');
    expect(faultElsewhere(evidenceOf({ database: red(NOON, 'CRITICAL', 'requests') }))).toBeUndefined();
  });
});

describe('an alarm of a dependency', () => {
  it('weighs less if the traffic blames another one', () => {
    const excess = {
      symptom: 'failures',
      candidates: [{ component: 'payments', share: 0.95, coverage: 0.95, confidence: 0.93 }],
    } as const;
    const found = evidenceOf({ database: red(NOON, 'CRITICAL', 'error_rate') }, { excess });
    expect(faultsElsewhere(found).map(({ component }) => component)).toEqual(['payments']);
  });

  it('weighs as much as ever if the traffic charges it with a notable part', () => {
    const excess = {
      symptom: 'failures',
      candidates: [
        { component: 'payments', share: 0.7, coverage: 0.7, confidence: 0.72 },
        { component: 'database', share: 0.3, coverage: 0.3, confidence: 0.2 },
      ],
    } as const;
    const found = evidenceOf({ database: red(NOON, 'CRITICAL', 'error_rate') }, { excess });
    expect(faultElsewhere(found)?.component).toBe('database');
  });

  it('weighs as much as ever if it is not measured, so that its caller is charged with what it does', () => {
    const excess = {
      symptom: 'failures',
      candidates: [{ component: 'gateway', share: 0.95, coverage: 0.95, confidence: 0.93 }],
    } as const;
    const alarmed = { database: red(NOON, 'CRITICAL', 'error_rate') };
    expect(faultElsewhere(evidenceOf(alarmed, { excess }))).toBeUndefined();
    const unmeasured = { ...excess, unjudged: ['database'] };
    expect(faultElsewhere(evidenceOf(alarmed, { excess: unmeasured }))?.component).toBe('database');
  });
});
