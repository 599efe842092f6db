import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../../functions/core/report/faults.ts';
import { reportOf } from '../../../../functions/core/report/report.ts';
import { stepOf } from '../../../factories/operations/admissions.ts';
import { momentAt, observed, ranOperation, recordsOf, refused } from '../../../factories/report/records.ts';

/**
 * Four hours, worked out by hand in docs/reports.md:
 *
 * ```
 * web    0 s signal, refused at 2 s · 61 s repair, fails at 361 s · 662 s repair, verified at 722 s
 * cache  3,000 s signal, observed at 3,001 s, recovers at 3,100 s
 * api    7,200 s signal, repaired from 7,204 s to 7,260 s
 * db     10,000 s signal, repair from 10,001 s fails at 10,301 s, still unhealthy
 * quiet  nothing
 * ```
 */
const failed = ranOperation({ component: 'web', raised: 60, started: 61, ended: 361, result: 'FAILED' });
const healed = ranOperation({ component: 'web', raised: 661, started: 662, ended: 722 });
const api = ranOperation({
  component: 'api',
  raised: 7_200,
  started: 7_204,
  ended: 7_260,
  strategyId: 'scale',
});
const db = ranOperation({
  ...{ component: 'db', raised: 10_000, started: 10_001, ended: 10_301, result: 'FAILED' },
  ...{ cause: 'disk full', severity: 'WARNING' },
});
const records = recordsOf({
  operations: [db, healed, failed, api],
  observations: [observed({ component: 'cache', raised: 3_000, recovered: 3_100 })],
  refusals: [refused('web', 'GROUP_BUSY', 0, 2), refused('quiet', 'NO_STRATEGY', 50)],
  steps: [
    stepOf(failed, { action: 'restart', outcome: 'FAILED', completedAtMs: momentAt(90) }),
    stepOf(failed, {
      action: 'restart',
      stepId: 'rollback-0',
      outcome: 'SUCCEEDED',
      completedAtMs: momentAt(95),
    }),
    stepOf(healed, { action: 'restart', outcome: 'SUCCEEDED', completedAtMs: momentAt(690) }),
  ],
  components: ['api', 'cache', 'db', 'quiet', 'web'],
  unhealthy: ['db'],
});

describe('the report of a period worked out by hand', () => {
  const report = () => reportOf(records);

  it('counts faults by their ends', () => {
    expect(report().faults).toBe(4);
    expect(report().faultEnds).toEqual({ HEALED: 2, RECOVERED_ALONE: 1, OPEN: 1 });
    expect(report().faultsPerHour).toBe(1);
  });

  it('measures the mean times from the first signal of a fault', () => {
    expect(report().timeToDetect).toMatchObject({ count: 4, meanMs: 2_000, medianMs: 1_500, p90Ms: 4_000 });
    expect(report().timeToAcknowledge).toMatchObject({ count: 3, meanMs: 22_000, medianMs: 4_000 });
    expect(report().timeToRecover).toMatchObject({ count: 2, meanMs: 391_000, p90Ms: 722_000 });
  });

  it('counts operations and their success', () => {
    expect(report().outcomes).toEqual({ SUCCESS: 2, FAILED: 2 });
    expect(report().successRate?.value).toBe(0.5);
    expect(report().byStrategy.map(({ name, operations, outcomes }) => [name, operations, outcomes])).toEqual(
      [
        ['restart', 3, { SUCCESS: 1, FAILED: 2 }],
        ['scale', 1, { SUCCESS: 1 }],
      ],
    );
    expect(report().byErrorType.map(({ name, successRate }) => [name, successRate?.value])).toEqual([
      ['memory exhaustion', 2 / 3],
      ['disk full', 0],
    ]);
    expect(report().bySeverity.map(({ name, operations }) => [name, operations])).toEqual([
      ['CRITICAL', 3],
      ['WARNING', 1],
    ]);
  });

  it('distinguishes repairs from undone repairs by action', () => {
    expect(report().byAction).toMatchObject([
      { action: 'restart', purpose: 'repair', steps: 2, outcomes: { FAILED: 1, SUCCEEDED: 1 } },
      { action: 'restart', purpose: 'undo', steps: 1, outcomes: { SUCCEEDED: 1 } },
    ]);
    expect(report().byAction[0]?.operationSuccessRate?.value).toBe(0.5);
    expect(report().byAction[1]).not.toHaveProperty('operationSuccessRate');
  });

  it('counts the time with a fault as down, an open one until now', () => {
    const down = report().availability.components.map(({ component, downMs }) => [component, downMs / 1_000]);
    expect(down).toEqual([
      ['db', 4_400],
      ['web', 722],
      ['cache', 100],
      ['api', 60],
      ['quiet', 0],
    ]);
    expect(report().availability.uptime).toBeCloseTo(1 - 5_282 / (5 * 14_400), 12);
    expect(report().availability.isUpperBound).toBe(false);
  });

  it('says what recovered without a repair, and what was refused', () => {
    expect(report().observed).toMatchObject({ operations: 1, recoveredAlone: 1 });
    expect(report().observed.timeToRecover?.meanMs).toBe(100_000);
    expect(report().refusals).toEqual([
      { reason: 'GROUP_BUSY', count: 1 },
      { reason: 'NO_STRATEGY', count: 1 },
    ]);
  });

  it('has every day, also one without a fault', () => {
    const days = reportOf({ ...records, sinceMs: records.sinceMs - 86_400_000 }).days;
    expect(days).toEqual([
      { day: '2026-11-21', faults: {} },
      { day: '2026-11-22', faults: { HEALED: 2, RECOVERED_ALONE: 1, OPEN: 1 } },
    ]);
  });
});

describe('a fault', () => {
  const endsOf = (...parts: Parameters<typeof recordsOf>) =>
    faultsOf(recordsOf(...parts)).map(({ component, end }) => `${component} ${end}`);

  it('goes on while a repair after the other fails', () => {
    const [fault, ...more] = faultsOf(records).filter(({ component }) => component === 'web');
    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      ...{
        beganAtMs: momentAt(0),
        detectedAtMs: momentAt(2),
        acknowledgedAtMs: momentAt(61),
        endedAtMs: momentAt(722),
      },
      ...{ refusals: 1, strategyIds: ['restart'], operationIds: [failed.operationId, healed.operationId] },
    });
  });

  it('counts as another one after a verified repair, however soon', () => {
    const again = ranOperation({ component: 'web', raised: 723, ended: 800 });
    expect(endsOf({ operations: [healed, again] })).toEqual(['web HEALED', 'web HEALED']);
  });

  it('counts as another one an hour after everything of the last was over', () => {
    const apart = (seconds: number) =>
      ranOperation({ component: 'web', raised: 361 + seconds, ended: 9_000 });
    expect(endsOf({ operations: [failed, apart(3_600)] })).toEqual(['web HEALED']);
    expect(endsOf({ operations: [failed, apart(3_601)] })).toEqual(['web ENDED_UNKNOWN', 'web HEALED']);
  });

  it('lasts over a cooldown, however long, if a refusal says so', () => {
    const postponed = { ...refused('web', 'COOLDOWN', 400), eligibleAtMs: momentAt(9_000) };
    const later = ranOperation({ component: 'web', raised: 9_001, ended: 9_100 });
    expect(endsOf({ operations: [failed, later], refusals: [postponed] })).toEqual(['web HEALED']);
  });

  it('does not exist if every signal was refused', () => {
    expect(endsOf({ refusals: [refused('web', 'GROUP_BUSY', 0), refused('web', 'NO_STRATEGY', 1)] })).toEqual(
      [],
    );
  });

  it.each([
    ['FAILED', 'ENDED_UNKNOWN'],
    ['UNVERIFIED', 'ENDED_UNKNOWN'],
    ['CONTAINED', 'CONTAINED'],
  ] as const)(
    'ends as its last repair did, once its component no longer counts as unhealthy: %s, %s',
    (result, end) => {
      const operation = ranOperation({ component: 'web', raised: 0, ended: 60, result });
      expect(endsOf({ operations: [operation] })).toEqual([`web ${end}`]);
      expect(endsOf({ operations: [operation], unhealthy: ['web'] })).toEqual(['web OPEN']);
    },
  );

  it('is another one after a repair was verified, if it was decided about only then', () => {
    const during = ranOperation({ component: 'web', raised: 700, started: 721, ended: 800 });
    const after = ranOperation({ component: 'web', raised: 700, started: 722, ended: 800 });
    expect(endsOf({ operations: [healed, during] })).toEqual(['web HEALED']);
    expect(endsOf({ operations: [healed, after] })).toEqual(['web HEALED', 'web HEALED']);
  });

  it('is open only if it is the last of its component', () => {
    const later = ranOperation({ component: 'web', raised: 9_000, ended: 9_100, result: 'FAILED' });
    expect(endsOf({ operations: [failed, later], unhealthy: ['web'] })).toEqual([
      'web ENDED_UNKNOWN',
      'web OPEN',
    ]);
  });

  it('touches a period at whose beginning it ends, or until which it is open', () => {
    const over = ranOperation({ component: 'web', raised: -600, ended: 0 });
    expect(endsOf({ operations: [over] })).toEqual(['web HEALED']);
    const lost = ranOperation({ component: 'web', raised: -600, ended: -1, result: 'FAILED' });
    expect(endsOf({ operations: [lost] })).toEqual([]);
    expect(endsOf({ operations: [lost], unhealthy: ['web'] })).toEqual(['web OPEN']);
  });

  it('begins within the period from its first moment', () => {
    const first = ranOperation({ component: 'web', raised: 0, started: 0, ended: 60 });
    expect(reportOf(recordsOf({ operations: [first] })).faults).toBe(1);
  });

  it('stays open while its repair runs', () => {
    expect(endsOf({ operations: [ranOperation({ component: 'web', raised: 0 })] })).toEqual(['web OPEN']);
  });

  it('counts as down in a period that it began before, and not as one of its faults', () => {
    const operation = ranOperation({ component: 'web', raised: -600, ended: 300 });
    const report = reportOf(recordsOf({ operations: [operation] }));
    expect(report).toMatchObject({ faults: 0, operations: 0 });
    expect(report.availability.components).toMatchObject([{ component: 'web', downMs: 300_000 }]);
    const over = ranOperation({ component: 'web', raised: -600, ended: -1 });
    expect(faultsOf(recordsOf({ operations: [over] }))).toEqual([]);
  });
});
