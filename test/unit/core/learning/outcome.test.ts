import { describe, expect, it } from 'vitest';
import { ineffectiveChain } from '../../../../functions/core/learning/ineffective-chain.ts';
import { judged } from '../../../../functions/core/learning/outcome.ts';
import type { Operation } from '../../../../functions/core/operation/operation.ts';
import { momentAt, type Ran, ranOperation } from '../../../factories/report/records.ts';

const SETTINGS = { relapseWithinSeconds: 600, ineffectiveAfter: 3 };
const LONG_AFTER = momentAt(100_000);

const ran = (raised: number, more: Partial<Ran> = {}) =>
  ranOperation({ component: 'web', raised, ended: raised + 60, ...more });
const failing = (raised: number, error: string): Operation => ({
  ...ran(raised, { result: 'FAILED' }),
  failure: { error, cause: '' },
});
const outcomes = (operations: readonly Operation[], nowMs = LONG_AFTER) =>
  judged(operations, SETTINGS, nowMs).map(({ outcome }) => outcome);

describe('the outcome of an operation', () => {
  it('counts as lasting if the fault stays away for the whole window', () => {
    expect(outcomes([ran(0)], momentAt(660))).toEqual(['LASTING']);
    expect(outcomes([ran(0)], momentAt(659))).toEqual(['PENDING']);
  });

  it('counts as a relapse if the same fault returns within the window, even while its repair runs', () => {
    expect(outcomes([ran(0), ran(659)])).toEqual(['RELAPSED', 'LASTING']);
    expect(outcomes([ran(0), ran(660)])).toEqual(['LASTING', 'LASTING']);
    const { completedAtMs: _running, result: _none, ...running } = ran(300);
    expect(outcomes([ran(0), { ...running, state: 'HEALING' }])).toEqual(['RELAPSED']);
  });

  it('counts as a relapse if the same fault returns at the moment at which the repair ends', () => {
    expect(outcomes([ran(0), ran(60, { started: 60 })])).toEqual(['RELAPSED', 'LASTING']);
  });

  it('does not count as a relapse of itself if it ends as soon as it starts', () => {
    expect(outcomes([ran(0, { started: 60 })])).toEqual(['LASTING']);
  });

  it('is judged in the order in which operations end, however they are listed', () => {
    const listed = [ran(5_000), ran(0), ran(9_000)];
    const ended = judged(listed, SETTINGS, LONG_AFTER).map(({ operation }) => operation.completedAtMs);
    expect(ended).toEqual([momentAt(60), momentAt(5_060), momentAt(9_060)]);
  });

  it('does not count as a relapse if another fault, or another component, follows', () => {
    const others = [ran(300, { cause: 'disk full' }), ran(300, { component: 'api' })];
    expect(outcomes([ran(0), ...others])).toEqual(['LASTING', 'LASTING', 'LASTING']);
  });

  it.each([
    ['NotRecovered', 'NO_EFFECT'],
    ['BatchNotHealthy', 'NO_EFFECT'],
    ['ActionFailed', 'FAILED'],
    ['TargetsUnavailable', 'INCONCLUSIVE'],
    ['ChangedBySomeoneElse', 'INCONCLUSIVE'],
  ])('for an end with %s, counts as %s', (error, outcome) => {
    expect(outcomes([failing(0, error)])).toEqual([outcome]);
  });

  it('says nothing if the repair was not verified, or only contained the fault', () => {
    expect(outcomes([ran(0, { result: 'UNVERIFIED' }), ran(5_000, { result: 'CONTAINED' })])).toEqual([
      'INCONCLUSIVE',
      'INCONCLUSIVE',
    ]);
  });

  it('says nothing if the operation did not fail, or failed for no known reason', () => {
    const failure = { error: 'NotRecovered', cause: '' };
    expect(outcomes([{ ...ran(0, { result: 'UNVERIFIED' }), failure }])).toEqual(['INCONCLUSIVE']);
    expect(outcomes([ran(0, { result: 'FAILED' })])).toEqual(['INCONCLUSIVE']);
  });

  it('counts once, however often the operation is listed', () => {
    expect(outcomes([ran(0), ran(0)])).toEqual(['LASTING']);
  });
});

describe('a chain of repairs without lasting effect', () => {
  const fault = { component: 'web', cause: 'memory exhaustion', strategyId: 'restart' };
  const chainAt = (seconds: number, operations: readonly Operation[]) =>
    ineffectiveChain(judged(operations, SETTINGS, momentAt(seconds)), fault, SETTINGS, momentAt(seconds));
  const relapsing = [ran(0), ran(500), ran(1_000)];

  it('forms although every repair succeeded', () => {
    expect(chainAt(1_500, relapsing)).toEqual({
      ...{ strategyId: 'restart', repairs: 3, lastEndedMs: momentAt(1_060), eligibleAtMs: momentAt(1_660) },
    });
  });

  it('may consist of failures, relapses and repairs without effect alike', () => {
    expect(
      chainAt(1_500, [ran(0), failing(500, 'NotRecovered'), failing(1_000, 'ActionFailed')])?.repairs,
    ).toBe(3);
  });

  it('does not form with one repair fewer', () => {
    expect(chainAt(1_500, relapsing.slice(1))).toBeUndefined();
  });

  it('breaks with a repair that lasted', () => {
    expect(chainAt(2_700, [ran(0), ran(500), ran(1_200), ran(2_200)])).toBeUndefined();
  });

  it('does not form where nothing was repaired', () => {
    expect(chainAt(1_500, [])).toBeUndefined();
  });

  it('ends once the last repair would have proved to last', () => {
    expect(chainAt(1_660, relapsing)?.repairs).toBe(3);
    expect(chainAt(1_661, relapsing)).toBeUndefined();
  });

  it('neither ends nor grows with an operation that proves nothing', () => {
    const nothing = failing(700, 'TargetsUnavailable');
    expect(chainAt(1_500, [...relapsing.slice(1), nothing])).toBeUndefined();
    expect(chainAt(1_500, [...relapsing, nothing])?.repairs).toBe(3);
  });

  it('belongs to one strategy, one cause and one component', () => {
    for (const other of [{ strategyId: 'scale' }, { cause: 'disk full' }, { component: 'api' }])
      expect(chainAt(1_500, [ran(0), ran(500, other), ran(1_000)])).toBeUndefined();
  });
});
