import { describe, expect, it } from 'vitest';
import { driftsOf } from '../../../../functions/core/learning/drift.ts';
import {
  forgetting,
  NOTHING_FORGOTTEN,
  remembered,
  restored,
} from '../../../../functions/core/learning/forgotten.ts';
import type { JudgedOperation, LearnedOutcome } from '../../../../functions/core/learning/outcome.ts';
import { patternKey, patternsOf } from '../../../../functions/core/learning/pattern.ts';
import { wilson } from '../../../../functions/core/statistics/wilson.ts';
import { momentAt, type Ran, ranOperation } from '../../../factories/report/records.ts';

const DAY = 86_400;
const ALIKE = { halfLifeDays: 14, learningRate: 0 };
const hosts = () => 'host' as const;

function judgedAt(seconds: number, outcome: LearnedOutcome, more: Partial<Ran> = {}): JudgedOperation {
  const operation = ranOperation({ component: 'web', raised: seconds - 40, ended: seconds, ...more });
  return { operation: { ...operation, completedAtMs: momentAt(seconds) }, outcome };
}

const series = (outcomes: readonly boolean[], more: Partial<Ran> = {}) =>
  outcomes.map((lasting, index) => judgedAt(index * 1_000, lasting ? 'LASTING' : 'NO_EFFECT', more));
const repeated = (times: number, value: boolean) => Array.from({ length: times }, () => value);
const learn = (operations: readonly JudgedOperation[], settings = ALIKE, nowSeconds = 0) =>
  patternsOf(operations, hosts, settings, momentAt(nowSeconds));

describe('a pattern', () => {
  it('has the rate of its conclusive outcomes, with all of them counted', () => {
    const operations = [
      ...[judgedAt(0, 'LASTING'), judgedAt(1, 'RELAPSED', { raised: -99 })],
      ...[judgedAt(2, 'NO_EFFECT', { raised: -98 }), judgedAt(3, 'FAILED')],
      ...[judgedAt(4, 'PENDING'), judgedAt(5, 'INCONCLUSIVE')],
    ];
    const [pattern, ...more] = learn(operations);
    expect(more).toEqual([]);
    expect(pattern).toMatchObject({
      ...{ cause: 'memory exhaustion', kind: 'host', strategyId: 'restart', medianRecoveryMs: 40_000 },
      outcomes: { LASTING: 1, RELAPSED: 1, NO_EFFECT: 1, FAILED: 1, PENDING: 1, INCONCLUSIVE: 1 },
      history: [true, false, false, false],
      ...{ firstUsedMs: momentAt(-98), lastUsedMs: momentAt(-34) },
    });
    expect(pattern?.samples).toBeCloseTo(4, 3);
    expect(pattern?.successRate?.value).toBeCloseTo(0.25, 5);
  });

  it('has neither a rate nor a time to recovery before anything is conclusive', () => {
    expect(learn([judgedAt(0, 'PENDING')])).toStrictEqual([
      {
        ...{ cause: 'memory exhaustion', kind: 'host', strategyId: 'restart' },
        ...{ outcomes: { PENDING: 1 }, samples: 0, history: [] },
        ...{ firstUsedMs: momentAt(-39), lastUsedMs: momentAt(-39) },
      },
    ]);
  });

  it('halves the weight of an outcome with every half-life', () => {
    const [pattern] = learn([judgedAt(0, 'LASTING'), judgedAt(14 * DAY, 'FAILED')], ALIKE, 28 * DAY);
    expect(pattern?.samples).toBeCloseTo(0.25 + 0.5, 12);
    expect(pattern?.successRate).toEqual(wilson(0.25, 0.75));
  });

  it('counts an outcome less than the next newer one by the learning rate', () => {
    const settings = { halfLifeDays: 365, learningRate: 0.2 };
    const [pattern] = learn(
      [judgedAt(0, 'FAILED'), judgedAt(1, 'FAILED'), judgedAt(2, 'LASTING')],
      settings,
      2,
    );
    expect(pattern?.samples).toBeCloseTo(1 + 0.8 + 0.64, 5);
    expect(pattern?.successRate?.value).toBeCloseTo(1 / 2.44, 5);
  });

  it('comes before those with less evidence, and among equals before those with a later name', () => {
    const operations = [
      ...[judgedAt(0, 'LASTING', { strategyId: 'shed' }), judgedAt(0, 'LASTING', { strategyId: 'restart' })],
      ...[judgedAt(0, 'LASTING', { strategyId: 'scale' }), judgedAt(0, 'FAILED', { strategyId: 'scale' })],
    ];
    const order = (given: typeof operations) => learn(given).map(({ strategyId }) => strategyId);
    expect(order(operations)).toEqual(['scale', 'restart', 'shed']);
    expect(order(operations.toReversed())).toEqual(['scale', 'restart', 'shed']);
  });

  it('covers one strategy, kind and cause, and learns nothing from components that are gone', () => {
    const operations = [
      ...[judgedAt(0, 'LASTING'), judgedAt(1, 'LASTING', { cause: 'disk full' })],
      ...[judgedAt(2, 'LASTING', { strategyId: 'scale' }), judgedAt(3, 'LASTING', { component: 'lambda' })],
      judgedAt(4, 'LASTING', { component: 'gone' }),
    ];
    const kindOf = (name: string) => ({ web: 'host' as const, lambda: 'lambda_alias' as const })[name];
    const keys = patternsOf(operations, kindOf, ALIKE, momentAt(5)).map(patternKey);
    expect(keys.toSorted()).toEqual([
      'restart · host · disk full',
      'restart · host · memory exhaustion',
      'restart · lambda_alias · memory exhaustion',
      'scale · host · memory exhaustion',
    ]);
  });
});

describe('the detection of drift', () => {
  const settings = { halfLifeDays: 14 };
  const driftsIn = (operations: readonly JudgedOperation[], nowSeconds = 40_000) =>
    driftsOf(learn(operations, ALIKE, nowSeconds), operations, settings, momentAt(nowSeconds));

  it('notices that the last ten repairs succeeded less often than chance allows', () => {
    const outcomes = [
      ...repeated(18, true),
      ...repeated(2, false),
      ...repeated(4, true),
      ...repeated(6, false),
    ];
    const [drift, ...more] = driftsIn(series(outcomes));
    expect(more).toEqual([]);
    expect(drift).toMatchObject({
      ...{ kind: 'FALLING_SUCCESS', severity: 'MEDIUM', patterns: ['restart · host · memory exhaustion'] },
      detail: '4 of the last 10 repairs lasted, 18 of 20 before',
    });
    expect(drift?.p).toBeCloseTo(0.007234844116403337, 12);
    expect(drift?.slope).toBeLessThan(0);
  });

  it('does not mistake bad luck, or a steep slope alone, for drift', () => {
    expect(
      driftsIn(series([...repeated(9, true), false, ...repeated(7, true), ...repeated(3, false)])),
    ).toEqual([]);
  });

  it('calls drift severe where chance is next to impossible', () => {
    expect(driftsIn(series([...repeated(20, true), ...repeated(10, false)]))).toMatchObject([
      { severity: 'HIGH' },
    ]);
  });

  it('notices that most patterns were not used within a half-life', () => {
    const old = ['a', 'b', 'c', 'd', 'e', 'f'].map((cause) => judgedAt(0, 'LASTING', { cause }));
    const now = 20 * DAY;
    expect(driftsIn([...old, judgedAt(now - 50, 'LASTING')], now)).toMatchObject([
      { kind: 'STALE_PATTERNS', detail: '6 of 7 patterns were not used within a half-life' },
    ]);
    expect(driftsIn([...old.slice(2), judgedAt(now - 50, 'LASTING')], now)).toEqual([]);
  });

  it('notices that there are more patterns than anyone can oversee', () => {
    const many = Array.from({ length: 21 }, (_, index) =>
      judgedAt(index, 'LASTING', { cause: `cause ${index}` }),
    );
    expect(driftsIn(many)).toMatchObject([{ kind: 'TOO_MANY_PATTERNS', severity: 'HIGH' }]);
    expect(driftsIn(many.slice(1))).toEqual([]);
  });

  it('notices that a cause has become much more frequent', () => {
    const mix = (disk: number, leaks: number) => [
      ...series(repeated(disk, true), { cause: 'disk full' }),
      ...series(repeated(leaks, true)),
    ];
    expect(driftsIn([...mix(2, 20), ...mix(15, 5)])).toMatchObject([
      { kind: 'SHIFTED_MIX', detail: 'disk full: 15 of the last 20 operations, 2 of 22 before' },
    ]);
    expect(driftsIn([...mix(8, 14), ...mix(10, 10)])).toEqual([]);
  });
});

describe('forgetting', () => {
  const operations = [
    judgedAt(0, 'LASTING'),
    judgedAt(10, 'FAILED', { strategyId: 'scale' }),
    judgedAt(20, 'LASTING'),
  ];
  const change = (seconds: number) => ({ atMs: momentAt(seconds), by: 'ana', why: 'reset' });
  const left = (forgotten: Parameters<typeof remembered>[1]) =>
    remembered(operations, forgotten, hosts).map(({ operation }) => operation.operationId);
  const all = operations.map(({ operation }) => operation.operationId);

  it('keeps what ends later even if everything is forgotten', () => {
    expect(left(NOTHING_FORGOTTEN)).toEqual(all);
    expect(left(forgetting(NOTHING_FORGOTTEN, 'all', change(10)))).toEqual([all[2]]);
  });

  it('keeps what components that are gone have learned, whose kind nobody knows', () => {
    const reset = forgetting(NOTHING_FORGOTTEN, 'all', change(30));
    expect(remembered(operations, reset, () => undefined)).toEqual(operations);
  });

  it('keeps no mark for all patterns where some are forgotten', () => {
    const some = forgetting(NOTHING_FORGOTTEN, ['other'], change(7));
    expect(some).not.toHaveProperty('allUntilMs');
    expect(some.backups[0]).not.toHaveProperty('allUntilMs');
    expect(restored(some, '0', change(8))).not.toHaveProperty('allUntilMs');
  });

  it('keeps all other patterns', () => {
    expect(left(forgetting(NOTHING_FORGOTTEN, ['scale · host · memory exhaustion'], change(30)))).toEqual([
      all[0],
      all[2],
    ]);
  });

  it('keeps what was forgotten before, of all patterns and of others', () => {
    const untilMs = { 'scale · host · memory exhaustion': momentAt(5) };
    expect(forgetting({ ...NOTHING_FORGOTTEN, untilMs }, ['other'], change(7))).toMatchObject({
      untilMs: { ...untilMs, other: momentAt(7) },
    });
    const all = forgetting({ ...NOTHING_FORGOTTEN, untilMs }, 'all', change(10));
    expect(all).toEqual({
      ...{ revision: 1, allUntilMs: momentAt(10), untilMs: {} },
      backups: [{ id: '0', replacedAtMs: momentAt(10), by: 'ana', why: 'reset', untilMs }],
    });
    const more = forgetting(all, ['other'], change(20));
    expect(more).toMatchObject({ allUntilMs: momentAt(10), untilMs: { other: momentAt(20) } });
    expect(more.backups[1]).toEqual({
      ...{ id: '1', replacedAtMs: momentAt(20), by: 'ana', why: 'reset' },
      ...{ allUntilMs: momentAt(10), untilMs: {} },
    });
  });

  it('can be undone, and the undo as well', () => {
    const reset = forgetting(NOTHING_FORGOTTEN, 'all', change(30));
    const [backup] = reset.backups;
    const back = restored(reset, backup?.id ?? '', change(40));
    if (!back) throw new Error('no backup');
    expect(left(back)).toEqual(all);
    const again = restored(back, back.backups.at(-1)?.id ?? '', change(50));
    expect(again && left(again)).toEqual([]);
    expect(restored(reset, '99', change(40))).toBeUndefined();
  });

  it('keeps the last ten backups, each with who made it necessary and why', () => {
    let forgotten = NOTHING_FORGOTTEN;
    for (let second = 0; second < 12; second += 1) forgotten = forgetting(forgotten, 'all', change(second));
    expect(forgotten.revision).toBe(12);
    expect(forgotten.backups.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `${index + 2}`),
    );
    expect(forgotten.backups.at(-1)).toMatchObject({ by: 'ana', why: 'reset', allUntilMs: momentAt(10) });
  });
});
