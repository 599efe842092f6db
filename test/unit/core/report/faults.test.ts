import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../../functions/core/report/faults.ts';
import { reportOf } from '../../../../functions/core/report/report.ts';
import { momentAt, observed, ranOperation, recordsOf, refused } from '../../../factories/report/records.ts';

const web = { component: 'web' } as const;

describe('a fault', () => {
  it('is as severe as the worst of its signals', () => {
    const failed = { ...web, result: 'FAILED' } as const;
    const operations = [
      ranOperation({ ...failed, raised: 0, ended: 60, severity: 'WARNING' }),
      ranOperation({ ...failed, raised: 100, ended: 160, severity: 'CRITICAL' }),
      ranOperation({ ...failed, raised: 200, ended: 260, severity: 'WARNING' }),
    ];
    const [fault] = faultsOf(recordsOf({ operations }));
    expect(fault).toMatchObject({
      ...{ component: 'web', severity: 'CRITICAL', metric: 'memory', cause: 'memory exhaustion' },
      ...{ beganAtMs: momentAt(0), detectedAtMs: momentAt(1), acknowledgedAtMs: momentAt(1) },
      ...{ end: 'ENDED_UNKNOWN', lastSeenAtMs: momentAt(260), strategyIds: ['restart'], refusals: 0 },
    });
    expect(fault?.operationIds).toHaveLength(3);
    expect(fault).not.toHaveProperty('endedAtMs');
  });

  it('that was only observed lasts until it recovers, or as far as it was looked for', () => {
    const of = (recovered?: number) => {
      const one = observed({ ...web, raised: 10, ...(recovered !== undefined && { recovered }) });
      return faultsOf(recordsOf({ observations: [one] }))[0];
    };
    expect(of(50)).toMatchObject({
      ...{ end: 'RECOVERED_ALONE', endedAtMs: momentAt(50), lastSeenAtMs: momentAt(50) },
    });
    expect(of()).toMatchObject({ end: 'ENDED_UNKNOWN', lastSeenAtMs: momentAt(311) });
    expect(of()).not.toHaveProperty('acknowledgedAtMs');
  });

  it('has the cause of its earliest signal, where several were decided about at once', () => {
    const failed = { ...web, started: 20, result: 'FAILED' } as const;
    const operations = [
      ranOperation({ ...failed, raised: 10, ended: 70, cause: 'disk full' }),
      ranOperation({ ...failed, raised: 0, ended: 60, cause: 'memory exhaustion' }),
    ];
    for (const given of [operations, operations.toReversed()])
      expect(faultsOf(recordsOf({ operations: given }))).toMatchObject([{ cause: 'memory exhaustion' }]);
  });

  it('ended with its verified repair, whatever was refused during that', () => {
    const operations = [ranOperation({ ...web, raised: 0, ended: 60 })];
    const refusals = [refused('web', 'COOLDOWN', 30)];
    expect(faultsOf(recordsOf({ operations, refusals }))).toMatchObject([
      { end: 'HEALED', endedAtMs: momentAt(60), refusals: 1 },
    ]);
  });

  it('counts the refusals that postponed its repair, and begins with the first of them', () => {
    const operations = [ranOperation({ ...web, raised: 100, ended: 160 })];
    const refusals = [refused('web', 'COOLDOWN', 0, 5), refused('web', 'NO_STRATEGY', 20)];
    expect(faultsOf(recordsOf({ operations, refusals }))[0]).toMatchObject({
      ...{ beganAtMs: momentAt(0), detectedAtMs: momentAt(5), acknowledgedAtMs: momentAt(101), refusals: 1 },
    });
    expect(faultsOf(recordsOf({ refusals }))).toEqual([]);
  });
});

it('the time to recover of a group is that of its verified repairs, from their first signal', () => {
  const operations = [
    ranOperation({ ...web, raised: 0, ended: 60 }),
    ranOperation({ ...web, raised: 5_000, ended: 5_100 }),
    ranOperation({ ...web, raised: 10_000, ended: 10_300, result: 'FAILED' }),
  ];
  const [strategy] = reportOf(recordsOf({ operations })).byStrategy;
  expect(strategy).toMatchObject({
    ...{ name: 'restart', operations: 3, outcomes: { SUCCESS: 2, FAILED: 1 } },
    recovery: { count: 2, meanMs: 80_000 },
  });
});
