import { describe, expect, it } from 'vitest';
import {
  batchesProgress,
  leavesNothing,
  letsGoOn,
  repairedTargets,
} from '../../../functions/core/operation/batch-progress.ts';
import type { Layout } from '../../../functions/core/operation/layout.ts';
import type { PlannedStep, StepId, StepRecord } from '../../../functions/core/operation/operation.ts';
import { rollbackPlan } from '../../../functions/core/operation/rollback-plan.ts';
import {
  describeReport,
  missedTargets,
  targetReport,
} from '../../../functions/core/operation/target-report.ts';
import { configured } from '../../factories/configuration.ts';

const [A, B, C] = ['i-0000000a', 'i-0000000b', 'i-0000000c'];

interface Given {
  readonly layout?: Layout;
  readonly actions?: readonly Readonly<Record<string, unknown>>[];
  readonly rollback?: Readonly<Record<string, unknown>>;
  readonly pending?: StepId;
  readonly component?: Readonly<Record<string, unknown>>;
}

/** An operation on hosts that are stopped and started, batch by batch: `heal-2`, `heal-5` and so on are the checks. */
function operationWith(steps: readonly Partial<StepRecord>[], given: Given = {}) {
  const { layout = { batches: [[A], [B]], skipped: {} }, pending, component = {} } = given;
  const { actions = [{ type: 'graceful_stop', onError: 'rollback' }, { type: 'start_component' }] } = given;
  const { rollback = {} } = given;
  const configuration = configured({
    components: { web: { targets: { instanceIds: [A, B, C] }, ...component } },
    strategies: [{ actions, rollback }],
  });
  const [strategy] = configuration.strategies;
  const { web } = configuration.components;
  if (!strategy || !web) throw new Error('not configured');
  const record = (step: Partial<StepRecord>): StepRecord => ({
    operationId: 'operation',
    stepId: 'heal-0',
    component: 'web',
    action: 'graceful_stop',
    onError: 'rollback',
    startedAtMs: 0,
    targets: [A],
    outcome: 'SUCCEEDED',
    ...step,
  });
  return { strategy, component: web, operation: { layout }, steps: steps.map(record), pending };
}

const done = (targets: readonly string[], ...stepIds: readonly StepId[]) =>
  stepIds.map((stepId) => ({ stepId, targets }));
const FIRST_PASSED = done([A], 'heal-0', 'heal-1', 'heal-2');
const BOTH_PASSED = [...FIRST_PASSED, ...done([B], 'heal-3', 'heal-4', 'heal-5')];
const statesOf = (...args: Parameters<typeof operationWith>) =>
  batchesProgress(operationWith(...args)).map(({ state }) => state);

describe('the progress of batches', () => {
  it('says whether a batch is untouched, begun or passed', () => {
    expect(statesOf([])).toEqual(['untouched', 'untouched']);
    expect(statesOf(done([A], 'heal-0'))).toEqual(['begun', 'untouched']);
    expect(statesOf(FIRST_PASSED)).toEqual(['passed', 'untouched']);
    expect(statesOf(BOTH_PASSED)).toEqual(['passed', 'passed']);
  });

  it('counts a batch as begun by the step that is pending, on record or not', () => {
    expect(statesOf(FIRST_PASSED, { pending: 'heal-3' })).toEqual(['passed', 'begun']);
  });

  it('counts a batch as untouched where its gate was closed, whatever the other steps say', () => {
    const closed = { stepId: 'heal-3', outcome: 'FAILED', failsAs: 'TooFewHealthyTargets' } as const;
    const [, second] = batchesProgress(operationWith([...FIRST_PASSED, closed]));
    expect(second).toMatchObject({ state: 'untouched', isGateClosed: true });
    const [first] = batchesProgress(operationWith([...FIRST_PASSED, closed]));
    expect(first).toMatchObject({ state: 'passed', isGateClosed: false });
  });

  it('leaves out targets that ended their part, with the reason', () => {
    const layout = { batches: [[A, B], [C]], skipped: {} };
    const gone = { ...done([B], 'heal-0')[0], skipped: { [A]: 'gone' as const } };
    const [first, second] = batchesProgress(operationWith([gone], { layout }));
    expect(first).toMatchObject({ targets: [B], skipped: { [A]: 'gone' } });
    expect(second).toMatchObject({ targets: [C], skipped: {} });
    expect(repairedTargets([first, second].filter((batch) => batch !== undefined))).toEqual([B, C]);
  });

  it('lists no targets where none were laid out', () => {
    const { strategy, component, steps, pending } = operationWith(done([A], 'heal-0'));
    const progress = batchesProgress({ strategy, component, operation: {}, steps, pending });
    expect(progress).toHaveLength(1);
    expect(progress[0]).not.toHaveProperty('targets');
    expect(repairedTargets(progress)).toBeUndefined();
  });

  it('counts a batch as proved only by a check that asked the service', () => {
    const provedBy = (given: Given) =>
      batchesProgress(operationWith(BOTH_PASSED, given)).map(({ isProved }) => isProved);
    expect(provedBy({})).toEqual([true, true]);
    expect(provedBy({ component: { service: undefined } })).toEqual([false, false]);
    const isolating = [{ type: 'graceful_stop' }, { type: 'isolate_network' }];
    expect(provedBy({ actions: isolating })).toEqual([false, false]);
    expect(batchesProgress(operationWith(FIRST_PASSED)).map(({ isProved }) => isProved)).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    ['SUCCEEDED', 'abort', true],
    ['SKIPPED', 'abort', true],
    ['FAILED', 'abort', false],
    ['FAILED', 'rollback', false],
    ['FAILED', 'continue', true],
    ['TIMED_OUT', 'continue', true],
    [undefined, 'continue', false],
  ] as const)(
    'decides whether to go on after a step that is %s with onError %s: %s',
    (outcome, onError, expected) => {
      expect(letsGoOn({ onError, ...(outcome && { outcome }) })).toBe(expected);
    },
  );

  it('leaves nothing to repair only after the last batch, if no other was repaired', () => {
    const none = batchesProgress(operationWith([]));
    expect(leavesNothing(none, 0)).toBe(false);
    expect(leavesNothing(none, 1)).toBe(true);
    expect(leavesNothing(batchesProgress(operationWith(FIRST_PASSED)), 1)).toBe(false);
    const skipped = FIRST_PASSED.map((step) => ({ ...step, outcome: 'SKIPPED' as const, targets: [] }));
    expect(leavesNothing(batchesProgress(operationWith(skipped)), 1)).toBe(true);
    const actions = [{ type: 'notify_soc' }, { type: 'graceful_stop' }, { type: 'start_component' }];
    const unnotified = operationWith(done([A], 'heal-1', 'heal-2', 'heal-3'), { actions });
    expect(leavesNothing(batchesProgress(unnotified), 1)).toBe(false);
  });
});

describe('the undo of batches', () => {
  const planOf = (...args: Parameters<typeof operationWith>) =>
    rollbackPlan(operationWith(...args)).map(
      ({ stepId, action, targets }) => `${stepId} ${action.type}: ${targets?.join(', ') ?? 'as named'}`,
    );
  const failedSecond = [...FIRST_PASSED, { stepId: 'heal-3', outcome: 'FAILED', targets: [B] } as const];
  const tells = { actions: [{ type: 'start_component' }, { type: 'notify_soc' }] };

  it('covers the batch that failed, and no other', () => {
    expect(planOf(failedSecond)).toEqual([`rollback-0 start_component: ${B}`]);
  });

  it('runs the strategy’s own actions on the same targets, and notifies people once', () => {
    expect(planOf(failedSecond, { rollback: tells })).toEqual([
      `rollback-0 start_component: ${B}`,
      `rollback-1 start_component: ${B}`,
      'rollback-2 notify_soc: as named',
    ]);
  });

  it('notifies people and undoes nothing where nothing was touched', () => {
    const closed = { stepId: 'heal-0', outcome: 'FAILED', failsAs: 'TooFewHealthyTargets' } as const;
    const layout = { batches: [[A]], skipped: {} };
    expect(planOf([closed], { rollback: tells, layout })).toEqual(['rollback-0 notify_soc: as named']);
    expect(planOf([], { rollback: tells })).toEqual(['rollback-0 notify_soc: as named']);
  });

  it('notifies people and undoes nothing where it was never worked out which of several targets to repair', () => {
    const unlaid = (instanceIds: readonly string[]) => ({
      ...operationWith([], { rollback: tells, component: { targets: { instanceIds } } }),
      operation: {},
    });
    expect(rollbackPlan(unlaid([A, B])).map(({ action }) => action.type)).toEqual(['notify_soc']);
    expect(rollbackPlan(unlaid([A])).map(({ action }) => action.type)).toEqual([
      'start_component',
      'notify_soc',
    ]);
  });

  it('undoes nothing on a batch whose targets are all gone', () => {
    const gone = { stepId: 'heal-3', targets: [], outcome: 'FAILED', skipped: { [B]: 'gone' } } as const;
    expect(planOf([...FIRST_PASSED, gone], { rollback: tells })).toEqual(['rollback-0 notify_soc: as named']);
  });

  it('covers every target that no check has proved to be in service after a verification that failed', () => {
    expect(planOf(BOTH_PASSED, { rollback: tells })).toEqual(['rollback-0 notify_soc: as named']);
    const unproved = { rollback: tells, component: { service: undefined } };
    expect(planOf(BOTH_PASSED, unproved)).toEqual([
      `rollback-0 start_component: ${A}, ${B}`,
      'rollback-1 notify_soc: as named',
    ]);
  });

  it('undoes an action where it was sent, or else on the whole batch', () => {
    const layout = { batches: [[A, B], [C]], skipped: {} };
    const failed = { stepId: 'heal-0', outcome: 'FAILED' } as const;
    expect(planOf([{ ...failed, targets: [B] }], { layout })).toEqual([`rollback-0 start_component: ${B}`]);
    expect(planOf([{ ...failed, targets: [] }], { layout })).toEqual([
      `rollback-0 start_component: ${A}, ${B}`,
    ]);
    // One that is no longer part of the batch is left alone.
    expect(planOf([{ ...failed, targets: [B, C] }], { layout })).toEqual([
      `rollback-0 start_component: ${B}`,
    ]);
  });
});

describe('the report on targets', () => {
  const layout = {
    batches: [[A], [B], [C]],
    skipped: { 'i-0000000d': 'healthy', 'i-0000000e': 'offline' },
  } as const;
  const undo = (stepId: StepId, outcome: StepRecord['outcome'] = 'SUCCEEDED') =>
    ({ stepId, targets: [B], ...(outcome && { outcome }) }) as const;
  const failedSecond = [...FIRST_PASSED, { stepId: 'heal-3', outcome: 'FAILED', targets: [B] } as const];

  it('lists each target exactly once', () => {
    expect(targetReport(operationWith(failedSecond, { layout }))).toEqual({
      repaired: [A],
      undone: [],
      left: [B],
      untouched: [C],
      skipped: layout.skipped,
    });
    expect(targetReport(operationWith([...failedSecond, undo('rollback-0')], { layout }))).toMatchObject({
      repaired: [A],
      undone: [B],
      left: [],
    });
    expect(
      targetReport(operationWith([...failedSecond, undo('rollback-0', 'FAILED')], { layout })),
    ).toMatchObject({
      undone: [],
      left: [B],
    });
  });

  it('counts a target that passed its check and was undone as undone, not as repaired', () => {
    const taken = { stepId: 'rollback-0', targets: [A] } as const;
    expect(targetReport(operationWith([...BOTH_PASSED, taken]))).toMatchObject({
      repaired: [B],
      undone: [A],
    });
  });

  it('does not call a target untouched that has undo steps, whatever is on record of the repair', () => {
    const taken = { stepId: 'rollback-0', action: { type: 'start_component' }, targets: [B] } as const;
    const closed = {
      stepId: 'heal-3',
      outcome: 'FAILED',
      failsAs: 'TooFewHealthyTargets',
      targets: [],
    } as const;
    for (const late of [[], [closed]]) {
      const given = operationWith([...FIRST_PASSED, ...late], { layout });
      const operation = { ...given.operation, undoSteps: [taken as unknown as PlannedStep] };
      expect(targetReport({ ...given, operation })).toMatchObject({ left: [B], undone: [], untouched: [C] });
      const steps = [...given.steps, ...operationWith([undo('rollback-0')]).steps];
      expect(targetReport({ ...given, operation, steps })).toMatchObject({
        left: [],
        undone: [B],
        untouched: [C],
      });
    }
  });

  it('adds the targets that were skipped on the way', () => {
    const gone = { stepId: 'heal-0', outcome: 'SKIPPED', targets: [], skipped: { [A]: 'gone' } } as const;
    const report = targetReport(operationWith([gone], { layout }));
    expect(report?.skipped).toEqual({ ...layout.skipped, [A]: 'gone' });
    expect(report && missedTargets(report)).toEqual({ 'i-0000000e': 'offline', [A]: 'gone' });
  });

  it('does not exist where nothing was laid out', () => {
    expect(targetReport({ ...operationWith([]), operation: {} })).toBeUndefined();
  });

  it('leaves out empty lists', () => {
    const report = targetReport(operationWith(failedSecond, { layout }));
    expect(report && describeReport(report)).toBe(
      `Repaired: ${A}. Left as they are: ${B}. Untouched: ${C}. Skipped: i-0000000e (offline).`,
    );
    const nothing = { repaired: [], undone: [], left: [], untouched: [], skipped: {} };
    expect(describeReport({ ...nothing, undone: [A, B] })).toBe(`Undone: ${A}, ${B}.`);
    expect(describeReport({ ...nothing, replaced: { [A]: B } })).toBe(`Replaced: ${A} by ${B}.`);
    expect(describeReport(nothing)).toBe('');
  });

  it('names five targets at most, and counts the others', () => {
    const repaired = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'];
    const nothing = { undone: [], left: [], untouched: [], skipped: {} };
    expect(describeReport({ ...nothing, repaired })).toBe('Repaired: i-1, i-2, i-3, i-4, i-5.');
    expect(describeReport({ ...nothing, repaired: [...repaired, 'i-6', 'i-7'] })).toBe(
      'Repaired: i-1, i-2, i-3, i-4, i-5 and 2 more.',
    );
  });
});
