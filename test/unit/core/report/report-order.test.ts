import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../../functions/core/report/faults.ts';
import { periodFindings } from '../../../../functions/core/report/period-findings.ts';
import { reportOf } from '../../../../functions/core/report/report.ts';
import { stepOf } from '../../../factories/operations/admissions.ts';
import { momentAt, observed, ranOperation, recordsOf, refused } from '../../../factories/report/records.ts';

const PERIOD_SECONDS = 4 * 3_600;

describe('the order of what a report lists', () => {
  it('begins with the strategy that repaired most, and among equals with the first by name', () => {
    const strategies = ['shed', 'scale', 'restart', 'restart'];
    const operations = strategies.map((strategyId, index) =>
      ranOperation({ component: 'web', raised: index * 1_000, ended: index * 1_000 + 60, strategyId }),
    );
    expect(
      reportOf(recordsOf({ operations })).byStrategy.map(({ name, operations }) => [name, operations]),
    ).toEqual([
      ['restart', 2],
      ['scale', 1],
      ['shed', 1],
    ]);
  });

  it('begins with the most frequent refusal, and among equals with the first by name', () => {
    const refusals = [
      ...[refused('web', 'NO_STRATEGY', 0), refused('web', 'GROUP_BUSY', 1)],
      ...[refused('web', 'PAUSED', 2), refused('web', 'PAUSED', 3)],
    ];
    for (const given of [refusals, refusals.toReversed()])
      expect(reportOf(recordsOf({ refusals: given })).refusals).toEqual([
        { reason: 'PAUSED', count: 2 },
        { reason: 'GROUP_BUSY', count: 1 },
        { reason: 'NO_STRATEGY', count: 1 },
      ]);
  });

  it('begins with the finding that is most frequent, then with that of most operations, then by name', () => {
    const [web, api] = ['web', 'api'].map((component) => ranOperation({ component, raised: 0, ended: 60 }));
    const foundBy = (operation: typeof web, ...lines: readonly string[]) =>
      operation
        ? [
            stepOf(operation, {
              ...{ stepId: 'keep-1', action: 'read_logs' },
              detail: lines.map((line) => `${line} (first at 2026-11-22T13:30:00Z)`).join('\n'),
            }),
          ]
        : [];
    const steps = [
      ...foundBy(web, '2 × in one', '1 × in both', '2 × also in one', '1 × rare'),
      ...foundBy(api, '1 × in both', '3 × frequent'),
    ];
    expect(periodFindings(steps).map(({ name }) => name)).toEqual([
      ...['frequent', 'in both', 'also in one', 'in one', 'rare'],
    ]);
  });

  it('begins with the fault that came most often, and among equals with the latest', () => {
    const day = 86_400;
    const often = (component: string, days: readonly number[]) =>
      days.map((each) => ranOperation({ component, raised: each * day, ended: each * day + 60 }));
    const operations = [
      ...often('early', [1, 2, 3]),
      ...often('late', [4, 5, 6]),
      ...often('frequent', [1, 2, 3, 4]),
    ];
    const { recurring } = reportOf(recordsOf({ operations: operations.toReversed() }, 30 * 24));
    expect(recurring.map(({ component, count }) => [component, count])).toEqual([
      ['frequent', 4],
      ['late', 3],
      ['early', 3],
    ]);
  });

  it('has faults in the order in which they began, and those of one moment by component', () => {
    const operations = ['web', 'cache', 'api'].map((component, index) =>
      ranOperation({ component, raised: index === 0 ? 0 : 10, ended: 60 }),
    );
    const order = (...given: typeof operations) =>
      faultsOf(recordsOf({ operations: given })).map(({ component }) => component);
    expect(order(...operations)).toEqual(['web', 'api', 'cache']);
    expect(order(...operations.toReversed())).toEqual(['web', 'api', 'cache']);
  });
});

describe('the period of a report', () => {
  it('includes what happens at its beginning, and excludes what happens at its end', () => {
    const operations = [-1, 0, PERIOD_SECONDS - 1, PERIOD_SECONDS].map((started) =>
      ranOperation({ component: `web${started}`, raised: started, started, ended: started + 60 }),
    );
    const { byComponent } = reportOf(recordsOf({ operations }));
    expect(byComponent.map(({ name }) => name)).toEqual(['web0', `web${PERIOD_SECONDS - 1}`]);
  });

  it('has no fault that was only decided about at its end', () => {
    const began = (started: number) =>
      faultsOf(recordsOf({ operations: [ranOperation({ component: 'web', raised: 0, started })] })).length;
    expect([began(PERIOD_SECONDS - 1), began(PERIOD_SECONDS)]).toEqual([1, 0]);
  });

  it('counts observations and refusals within it alone', () => {
    const seconds = [-1, 0, PERIOD_SECONDS];
    const { observed: seen, refusals } = reportOf(
      recordsOf({
        observations: seconds.map((raised) =>
          observed({ component: `web${raised}`, raised, started: raised, recovered: raised + 9 }),
        ),
        refusals: seconds.map((raised) => refused('api', 'PAUSED', raised)),
      }),
    );
    expect(seen).toMatchObject({ operations: 1, recoveredAlone: 1 });
    expect(refusals).toEqual([{ reason: 'PAUSED', count: 1 }]);
  });

  it('counts observations that did not recover, and no time for them', () => {
    const { observed: seen } = reportOf(
      recordsOf({ observations: [observed({ component: 'web', raised: 0 })] }),
    );
    expect(seen).toEqual({ operations: 1, recoveredAlone: 0 });
  });

  it('has each day that it touches, and ends before one that begins with its end', () => {
    const NIGHT = Date.parse('2026-11-23T00:00:00Z');
    const daysUntil = (untilMs: number) => reportOf({ ...recordsOf({}), untilMs }).days.map(({ day }) => day);
    expect(daysUntil(NIGHT)).toEqual(['2026-11-22']);
    expect(daysUntil(NIGHT + 1)).toEqual(['2026-11-22', '2026-11-23']);
  });

  it('takes no less than no time for what a clock that is late has decided before its signal', () => {
    const operations = [ranOperation({ component: 'web', raised: 10, started: 8, ended: 9 })];
    const { timeToAcknowledge, byStrategy } = reportOf(recordsOf({ operations }));
    expect(timeToAcknowledge).toMatchObject({ count: 1, meanMs: 0 });
    expect(byStrategy[0]?.recovery).toMatchObject({ count: 1, meanMs: 0 });
  });

  it('says nothing of rates and times where nothing happened', () => {
    const { successRate, timeToDetect, timeToAcknowledge, timeToRecover, ...report } = reportOf(
      recordsOf({ components: ['web'] }),
    );
    expect([successRate, timeToDetect, timeToAcknowledge, timeToRecover]).toEqual(Array(4).fill(undefined));
    expect(report).toMatchObject({ faults: 0, operations: 0, faultsPerHour: 0, byStrategy: [] });
    expect(report.observed).toEqual({ operations: 0, recoveredAlone: 0 });
    expect(report.availability.uptime).toBe(1);
  });
});

describe('the cooldown that a refusal names', () => {
  it('shows that the fault went on until it ends, and no later than now', () => {
    const failed = ranOperation({ component: 'web', raised: 0, ended: 60, result: 'FAILED' });
    const lastSeen = (eligibleSeconds?: number) =>
      faultsOf(
        recordsOf({
          operations: [failed],
          refusals: [
            {
              ...refused('web', 'COOLDOWN', 100),
              ...(eligibleSeconds !== undefined && { eligibleAtMs: momentAt(eligibleSeconds) }),
            },
          ],
        }),
      )[0]?.lastSeenAtMs;
    expect(lastSeen()).toBe(momentAt(100));
    expect(lastSeen(50)).toBe(momentAt(100));
    expect(lastSeen(400)).toBe(momentAt(400));
    expect(lastSeen(PERIOD_SECONDS + 1)).toBe(momentAt(PERIOD_SECONDS));
  });
});
