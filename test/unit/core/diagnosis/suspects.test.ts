import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../../functions/core/diagnosis/evidence.ts';
import { faultsElsewhere, strongestSuspect } from '../../../../functions/core/diagnosis/fault-elsewhere.ts';
import {
  evidenceOf,
  MINUTE_MS,
  red,
  sign,
  silent,
} from '../../../factories/diagnosis/unhealthy-dependencies.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

type Found = Parameters<typeof evidenceOf>[0][string];

const database = (found: Found, more: Partial<Evidence> = {}) =>
  strongestSuspect(evidenceOf({ database: found }, more));
const supports = (found: Found, more?: Partial<Evidence>) => database(found, more)?.supports;
const alarm = (alarmName: string, minutesBefore: number, severity: 'CRITICAL' | 'WARNING') => ({
  ...({ alarmName, metric: 'memory', severity, sinceMs: NOON - minutesBefore * MINUTE_MS } as const),
});

describe('a dependency that is suspected', () => {
  it('has all that is seen of it, the earliest alarm first, and the most severe one as its own', () => {
    const [warning, critical] = [alarm('early', 9, 'WARNING'), alarm('late', 4, 'CRITICAL')];
    const found = { ...silent(NOON - 5 * MINUTE_MS), redAlarms: [critical, warning] };
    expect(database(found)).toStrictEqual({
      component: 'database',
      confidence: 0.95,
      supports: [
        'a-peer has not answered its heartbeat since 2026-11-22T13:25:00.000Z',
        'alarm early has been red since 2026-11-22T13:21:00.000Z',
        'alarm late has been red since 2026-11-22T13:26:00.000Z',
      ],
      sinceMs: NOON - 9 * MINUTE_MS,
      ownAlarm: critical,
      ...{ isBeingHealed: false, isSilent: true, hasOwnTrouble: true, isSuffering: false },
    });
  });

  it('has the earliest of its warnings as its own alarm', () => {
    const [early, late] = [alarm('early', 9, 'WARNING'), alarm('late', 4, 'WARNING')];
    expect(database({ redAlarms: [late, early] })?.ownAlarm).toEqual(early);
  });

  it('has no alarm of its own where none is red, and may be discovered', () => {
    expect(database({ operationId: 'op-1', isDiscovered: true })).toStrictEqual({
      ...{ component: 'database', confidence: expect.closeTo(0.8), isDiscovered: true, sinceMs: NOON },
      supports: ['operation op-1 is healing it'],
      ...{ isBeingHealed: true, isSilent: false, hasOwnTrouble: false, isSuffering: false },
    });
  });

  it('is said to be healed once: by its operation, else by when its repair began', () => {
    const lastAdmittedMs = NOON - MINUTE_MS;
    expect(supports({ operationId: 'op-1', lastAdmittedMs })).toEqual(['operation op-1 is healing it']);
    expect(database({ lastAdmittedMs })).toMatchObject({
      ...{ supports: ['its repair began at 2026-11-22T13:29:00.000Z'], sinceMs: lastAdmittedMs },
      ...{ isBeingHealed: true, isSuffering: false },
    });
  });

  it('says why its heartbeat was missed, if that is known', () => {
    const silentPeers = [{ ...silent().silentPeers[0], missedFor: 'ECONNREFUSED' }];
    expect(supports({ silentPeers } as Found)).toEqual([
      'a-peer has not answered its heartbeat since 2026-11-22T13:30:00.000Z: nothing listens there',
    ]);
  });

  it('suffers from others as long as only failures and latency speak for it', () => {
    const isSuffering = (found: Found) => database(found)?.isSuffering;
    expect(isSuffering(red(NOON, 'CRITICAL', 'error_rate'))).toBe(true);
    expect(isSuffering({ ...red(NOON, 'CRITICAL', 'error_rate'), ...sign('disk') })).toBe(false);
    expect(isSuffering(sign('latency'))).toBe(true);
  });

  it('is the one with the most evidence, and not the alarmed component', () => {
    const found = { gateway: { ...silent(), ...red() }, orders: red(NOON, 'WARNING'), database: silent() };
    expect(strongestSuspect(evidenceOf(found))?.component).toBe('database');
    expect(strongestSuspect(evidenceOf({ gateway: silent() }))).toBeUndefined();
  });

  it('is none where nothing is known of any component', () => {
    expect(faultsElsewhere(evidenceOf({}, { components: [] }))).toEqual([]);
  });
});

describe('what is seen of a dependency', () => {
  it('counts from an hour before the trouble on', () => {
    const hourMs = 60 * MINUTE_MS;
    for (const since of [red, silent]) {
      expect(supports(since(NOON - hourMs))).toHaveLength(1);
      expect(supports(since(NOON - hourMs - 1))).toBeUndefined();
    }
  });

  it('counts as a repair that was just made for ten minutes', () => {
    expect(supports({ lastAdmittedMs: NOON - 10 * MINUTE_MS + 1 })).toHaveLength(1);
    expect(supports({ lastAdmittedMs: NOON - 10 * MINUTE_MS })).toBeUndefined();
  });

  it('loses no confidence if only metrics could not be read', () => {
    const missing = [{ source: 'metrics', why: 'Throttling' }] as const;
    expect(database(red(), { missing })?.confidence).toBeCloseTo(0.79, 10);
  });

  it('says as much by an alarm on requests as by another one, and by both more', () => {
    const both = [...red(NOON, 'CRITICAL', 'requests').redAlarms, ...red().redAlarms];
    expect(database(red(NOON, 'CRITICAL', 'requests'))?.confidence).toBeCloseTo(0.5, 10);
    expect(database({ redAlarms: both })?.confidence).toBeCloseTo(1 - 0.21 * 0.5, 10);
  });

  it('says less of what rises with the load while there is more of that than usual', () => {
    const surges = { gateway: 2, database: 2 };
    const slow = red(NOON, 'CRITICAL', 'latency_p99');
    expect(database(slow, { surges })?.confidence).toBeCloseTo(0.6 * 0.79, 10);
    expect(database(sign('cpu'), { surges })?.confidence).toBeCloseTo(0.6 * 0.6, 10);
    expect(database(sign('disk'), { surges })?.confidence).toBeCloseTo(0.6, 10);
    const { supports: said, confidence } = database({ ...slow, ...silent() }, { surges }) ?? {};
    expect(confidence).toBeCloseTo(1 - (1 - 0.6 * 0.79) * 0.1, 10);
    expect(said?.map((each) => each.split(' has ')[0])).toEqual(['a-peer', 'alarm an-alarm']);
  });

  it('includes more requests than usual, where the alarmed component has not', () => {
    expect(database({}, { surges: { database: 2.5 } })).toMatchObject({
      ...{ confidence: 0.5, sinceMs: NOON, supports: ['database has 2.5 times as many requests as usual'] },
    });
  });
});

describe('what the traffic says of a dependency', () => {
  const excessOf = (component: string, coverage: number, confidence: number, unjudged?: string[]) => ({
    excess: {
      ...{ symptom: 'failures' as const, candidates: [{ component, share: 0.9, coverage, confidence }] },
      ...(unjudged && { unjudged }),
    },
  });
  const failing = red(NOON, 'CRITICAL', 'error_rate');

  it('counts from a fifth of the excess on', () => {
    expect(supports({}, excessOf('database', 0.2, 0.8))).toHaveLength(1);
    expect(supports({}, excessOf('database', 0.19, 0.8))).toBeUndefined();
  });

  it('blames a dependency from a confidence of 0.7 on', () => {
    const blamed = (confidence: number) =>
      faultsElsewhere(evidenceOf({}, excessOf('database', 0.9, confidence)));
    expect(blamed(0.71)).toHaveLength(1);
    expect(blamed(0.69)).toEqual([]);
  });

  it('does not weaken an alarm of the component that it blames, however little that accounts for', () => {
    expect(database(failing, excessOf('database', 0.1, 0.8))?.confidence).toBeCloseTo(0.79, 10);
  });

  it('weakens alarms of failures where it blames another component from a confidence of 0.7 on', () => {
    expect(database(failing, excessOf('gateway', 0.9, 0.7))?.confidence).toBeCloseTo(0.6 * 0.79, 10);
    expect(database(failing, excessOf('gateway', 0.9, 0.69))?.confidence).toBeCloseTo(0.79, 10);
  });

  it('weakens no alarm of something else', () => {
    expect(database(red(), excessOf('gateway', 0.9, 0.8))?.confidence).toBeCloseTo(0.79, 10);
  });

  it('weakens no alarm of a component that accounts for a fifth itself', () => {
    const shared = (coverage: number) => ({
      excess: {
        symptom: 'failures' as const,
        candidates: [
          { component: 'gateway', share: 0.6, coverage: 0.8, confidence: 0.8 },
          { component: 'database', share: 0.4, coverage, confidence: 0 },
        ],
      },
    });
    expect(database(failing, shared(0.2))?.confidence).toBeCloseTo(0.79, 10);
    expect(database(failing, shared(0.19))?.confidence).toBeCloseTo(0.6 * 0.79, 10);
  });

  it('is less sure of a caller of what is not measured, unless an alarm among others would show that', () => {
    const blamed = (alarmMetrics: readonly string[]) =>
      strongestSuspect(
        evidenceOf({ database: { alarmMetrics } }, excessOf('orders', 0.9, 0.9, ['database'])),
      );
    expect(blamed(['memory'])?.confidence).toBeCloseTo(0.79, 10);
    expect(blamed(['memory', 'error_rate'])?.confidence).toBeCloseTo(0.9, 10);
  });
});

describe('in a circle of calls', () => {
  const circle = (component: string, found: Found, own: Found = red()) =>
    faultsElsewhere(
      evidenceOf(
        { gateway: own, [component]: found },
        { calls: [`gateway>${component}`, `${component}>gateway`] },
      ),
    ).map((suspect) => suspect.component);

  it('the first of two names is at fault if nothing else tells them apart', () => {
    expect(circle('api', red())).toEqual(['api']);
    expect(circle('orders', red())).toEqual([]);
  });

  it('the component that is being healed is waited for, whatever else is seen of the other', () => {
    const own = { ...red(), ...silent() };
    expect(circle('orders', silent(), own)).toEqual([]);
    expect(circle('orders', { operationId: 'op-1' }, own)).toEqual(['orders']);
  });
});

it('a caller whose certificate has expired is at fault, too, which nothing behind it causes', () => {
  const [missed] = silent().silentPeers;
  if (!missed) throw new Error('no peer is silent');
  const found = (missedFor: 'CERT_HAS_EXPIRED' | 'ECONNREFUSED') =>
    faultsElsewhere(evidenceOf({ orders: { silentPeers: [{ ...missed, missedFor }] }, database: silent() }));
  expect(found('CERT_HAS_EXPIRED').map(({ component }) => component)).toEqual(['database', 'orders']);
  expect(found('ECONNREFUSED').map(({ component }) => component)).toEqual(['database']);
});
