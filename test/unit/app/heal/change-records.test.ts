import { describe, expect, it } from 'vitest';
import { changeOf } from '../../../../functions/app/heal/change-records.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const KEY = { operationId: 'op', component: 'web', fence: 7 };
const STEP: StepRecord = {
  ...({ operationId: 'op', component: 'web', stepId: 'heal-1', action: 'resize', onError: 'abort' } as const),
  ...{ startedAtMs: NOON, targets: [] },
};
const CHANGE = { before: '1', intended: '2' };

const changeAfter = (
  steps: readonly StepRecord[],
  recordChange = async () => undefined as typeof CHANGE | undefined,
) => changeOf({ recordChange } as never, KEY, STEP, steps, undefined);

describe('the change of a step', () => {
  it.each([
    ['another step of the same action has changed something', { stepId: 'heal-0', change: CHANGE }, true],
    ['another step of the same action has changed nothing', { stepId: 'heal-0' }, false],
    ['a step of another action has', { stepId: 'heal-0', action: 'restart', change: CHANGE }, false],
    ['the step itself has', { change: CHANGE }, false],
  ] as const)('knows whether its action has acted before: %s', (_, record, hasActedBefore) => {
    expect(changeAfter([{ ...STEP, ...record }]).on([])).toMatchObject({ hasActedBefore });
  });

  it('is looked for among all steps', () => {
    const steps = [
      { ...STEP, stepId: 'heal-0', change: CHANGE } as const,
      { ...STEP, stepId: 'heal-2' } as const,
    ];
    expect(changeAfter(steps).on([])).toMatchObject({ hasActedBefore: true });
  });

  it('is that which an earlier try of the step has put on record, since that began', () => {
    const earlier = { ...STEP, startedAtMs: NOON - 60_000, targets: ['a'], change: CHANGE };
    const change = changeAfter([earlier]);
    expect(change.on(['a'])).toMatchObject({ earlier: CHANGE, sinceMs: NOON - 60_000 });
    expect(change.kept()).toStrictEqual({ change: CHANGE, targets: ['a'] });
  });

  it('is not that of a try that has changed nothing', () => {
    const change = changeAfter([{ ...STEP, startedAtMs: NOON - 60_000, targets: ['a'] }]);
    expect(change.on(['a'])).toMatchObject({ earlier: undefined, sinceMs: NOON });
    expect(change.kept()).toStrictEqual({});
  });

  it('is kept with its targets before anything is changed', async () => {
    const change = changeAfter([], async () => CHANGE);
    expect(await change.on(['a']).keep(CHANGE)).toStrictEqual(CHANGE);
    expect(change.kept()).toStrictEqual({ change: CHANGE, targets: ['a'] });
  });

  it('is not made where the step has ended meanwhile', async () => {
    const change = changeAfter([], async () => undefined);
    await expect(change.on(['a']).keep(CHANGE)).rejects.toThrow(
      new ServiceUnavailable(
        'heal-1 of operation op ended or was overtaken before it changed anything: ask for its outcome',
      ),
    );
    expect(change.kept()).toStrictEqual({});
  });
});
