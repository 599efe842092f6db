import { describe, expect, it } from 'vitest';
import type { StepCall } from '../../../../functions/app/executors/action-call.ts';
import { cancelAction, findAction } from '../../../../functions/app/executors/executors.ts';
import { begin, cancel, find, inspect } from '../../../../functions/app/executors/user-function.ts';
import { invokeFunction } from '../../../../functions/core/actions/function-actions.ts';
import { NotPermitted, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const REQUEST = {
  ...{ version: 1, idempotencyKey: `${OPERATION_ID}/heal-0`, phase: 'do', operationId: OPERATION_ID },
  ...{ stepId: 'heal-0', component: 'web', targetKind: 'custom', targets: ['orders'], parameters: {} },
};
const ALERT = { metric: 'memory', severity: 'CRITICAL', reason: 'full' };
const CHANGE = { changeId: 'c-1', source: 'lambda', kind: 'deployment', startedAtMs: NOON, summary: 'v3' };

/** Invokes a function that answers this, and is asked about earlier work. */
async function begun(
  answer: object,
  { says = {}, alert = {}, params = {}, ...more }: Partial<StepCall> & { says?: object; alert?: object } = {},
) {
  const invoked: unknown[] = [];
  const asked: unknown[] = [];
  const functions = {
    invoke: async (...values: readonly unknown[]) => {
      invoked.push(values);
      return answer;
    },
    ask: async (...values: readonly unknown[]) => {
      asked.push(values);
      return { payload: says };
    },
  };
  const { call } = stepCall({
    ...more,
    params: { function: 'scale', ...params },
    targets: ['orders'],
    component: { targets: { custom: 'orders' } },
    operation: { alert: { ...ALERT, ...alert } },
  });
  return { answer: await begin({ functions } as never, invokeFunction, call), invoked, asked };
}

const DONE = { payload: { outcome: 'succeeded' } };
const RUNNING = { payload: { outcome: 'running', undo: { tasks: 3 } } };

describe('a function of the user’s', () => {
  it.each([
    [30, 30],
    [45, 45],
    [90, 45],
  ])('with a time-out of %i s is given %i s to answer', async (timeoutSeconds, waited) => {
    const { invoked } = await begun(DONE, { timeoutSeconds });
    expect(invoked).toEqual([['scale', { ...REQUEST, alert: ALERT }, waited]]);
  });

  it.each<[object, object]>([
    [
      { kind: 'deployment' },
      {
        change: { id: 'c-1', source: 'lambda', kind: 'deployment', startedAt: new Date(NOON).toISOString() },
      },
    ],
    [{ kind: 'scaling' }, {}],
  ])('learns of a suspected change only if it could be reverted: %o', async (kind, told) => {
    const { invoked } = await begun(DONE, { alert: { change: { ...CHANGE, ...kind } } });
    expect(invoked).toEqual([['scale', { ...REQUEST, ...told, alert: ALERT }, 45]]);
  });

  it.each<[object, Readonly<Record<string, unknown>>, object]>([
    [
      { payload: { outcome: 'succeeded', undo: 'v41' } },
      {},
      { outcome: 'SUCCEEDED', detail: 'scale succeeded', undo: '"v41"' },
    ],
    [
      { payload: { outcome: 'failed', detail: 'no room' } },
      {},
      { outcome: 'FAILED', detail: 'scale failed: no room' },
    ],
    [
      { functionError: { errorType: 'Error', errorMessage: 'no table' } },
      {},
      { outcome: 'FAILED', detail: 'scale failed: Error: no table' },
    ],
    [
      RUNNING,
      {},
      {
        outcome: 'UNKNOWN',
        detail: 'scale is still running, and its end is awaited only with `lasting: true`',
        undo: '{"tasks":3}',
      },
    ],
    [
      RUNNING,
      { lasting: true },
      { reference: { executor: 'function', id: `scale ${OPERATION_ID}/heal-0` }, undo: '{"tasks":3}' },
    ],
    [
      { payload: { outcome: 'running', reference: 'job 1' } },
      { lasting: true },
      { reference: { executor: 'function', id: `scale ${OPERATION_ID}/heal-0 job 1` } },
    ],
  ])('that answers %o with %o ends, or is followed, so', async (answer, params, expected) => {
    expect((await begun(answer, { params, timeoutSeconds: 90 })).answer).toStrictEqual(expected);
  });

  const UNDO = {
    params: { phase: 'undo' },
    stepId: 'rollback-0',
    undoes: 'heal-0',
    timeoutSeconds: 90,
  } as const;
  const reference = { executor: 'function', id: `scale ${OPERATION_ID}/heal-0 job 1` } as const;
  const asked = {
    ...{ version: 1, idempotencyKey: `${OPERATION_ID}/heal-0`, phase: 'inspect' },
    ...{ operationId: OPERATION_ID, stepId: 'heal-0' },
  };

  it('is asked first what it has started, and is not undone while that goes on', async () => {
    const given = { ...UNDO, undoesReference: reference };
    const { answer, invoked, ...found } = await begun(DONE, { ...given, says: { outcome: 'running' } });
    expect(answer).toStrictEqual({
      outcome: 'FAILED',
      detail: 'not undone, since it may still act: scale is still running',
    });
    expect(invoked).toEqual([]);
    expect(found.asked).toEqual([['scale', { ...asked, reference: 'job 1' }, 10]]);
  });

  it('is asked by its key only where nothing is on record and it may last', async () => {
    const lasting = { ...UNDO, params: { phase: 'undo', lasting: true } };
    const says = { outcome: 'cancelled' };
    expect((await begun(DONE, { ...lasting, says })).asked).toEqual([['scale', asked, 10]]);
    expect((await begun(DONE, { ...UNDO, says })).asked).toEqual([]);
    const command = { executor: 'run_command', id: 'command-1' } as const;
    expect((await begun(DONE, { ...UNDO, undoesReference: command, says })).asked).toEqual([]);
  });

  it.each([
    [{ outcome: 'cancelled', undo: 'v42' }, { undo: 'v42' }],
    [{ outcome: 'cancelled' }, { undo: 'v41' }],
  ])('gets back for its undo what it said last: %o', async (says, kept) => {
    const { invoked } = await begun(DONE, { ...UNDO, undoesReference: reference, undo: '"v41"', says });
    const key = { idempotencyKey: `${OPERATION_ID}/rollback-0`, stepId: 'rollback-0', phase: 'undo' };
    expect(invoked).toEqual([['scale', { ...REQUEST, ...key, ...kept, alert: ALERT }, 45]]);
  });
});

describe('work of a function', () => {
  const ID = `scale ${OPERATION_ID}/heal-0`;
  const functionsThat = (says: Readonly<Record<string, unknown>>) => ({
    functions: {
      ask: async (_: unknown, { phase }: { readonly phase: string }) => {
        const said = says[phase];
        if (said instanceof Error) throw said;
        return said;
      },
    } as never,
  });

  it.each<[unknown, object]>([
    [
      { payload: { outcome: 'succeeded', undo: 1 } },
      { outcome: 'SUCCEEDED', detail: 'scale succeeded', undo: '1' },
    ],
    [{ payload: { outcome: 'running' } }, { detail: 'scale is still running' }],
    [{ functionError: { errorType: 'Error', errorMessage: 'no' } }, { detail: 'scale failed: Error: no' }],
    [new ServiceUnavailable('no answer'), { detail: 'no answer' }],
  ])('is found as %o', async (said, found) => {
    expect(await inspect(functionsThat({ inspect: said }), ID)).toStrictEqual({
      ...found,
      ...{ isWhole: true, targets: [], targetCount: 0 },
    });
  });

  it('is not found where a permission is missing', async () => {
    const denied = new NotPermitted({ action: 'lambda:InvokeFunction' });
    await expect(inspect(functionsThat({ inspect: denied }), ID)).rejects.toBe(denied);
  });

  const say = (outcome: string, undo?: unknown) => ({
    payload: { outcome, ...(undo !== undefined && { undo }) },
  });
  it.each<[string, object, boolean, string | undefined]>([
    ['has been cancelled', { cancel: say('cancelled', 1), inspect: say('running') }, false, '1'],
    ['is unknown, and will not begin', { cancel: say('unknown') }, false, undefined],
    ['has ended by itself', { cancel: say('running', 1), inspect: say('succeeded', 2) }, false, '2'],
    [
      'has ended by itself, and says no more',
      { cancel: say('running', 1), inspect: say('failed') },
      true,
      '1',
    ],
  ])('is over where it %s', async (_, says, mayYetBegin, undo) => {
    expect(await cancel(functionsThat({ ...says }), ID, mayYetBegin)).toBe(undo);
  });

  it.each<[object, boolean, string]>([
    [{ cancel: say('running'), inspect: say('running') }, false, 'scale is still running'],
    [{ cancel: say('unknown'), inspect: say('unknown') }, true, 'scale does not know what it was asked for'],
  ])('is not over where it says %o, and may yet begin: %s', async (says, mayYetBegin, detail) => {
    await expect(cancel(functionsThat({ ...says }), ID, mayYetBegin)).rejects.toEqual(
      new RequestRefused(detail),
    );
  });

  it('can be found by its key only if it may last', async () => {
    const key = { operationId: OPERATION_ID, stepId: 'heal-0', sinceMs: NOON } as const;
    const params = { function: 'scale', lasting: true };
    expect(await find({}, { ...key, params })).toEqual({ executor: 'function', id: ID });
    expect(await find({}, { ...key, params: { function: 'scale' } })).toBeUndefined();
    expect(await find({}, key)).toBeUndefined();
  });

  it('is found where it is not known what the action was, and no command was sent', async () => {
    const runbooks = { findCommand: async () => undefined };
    const params = { function: 'scale', lasting: true };
    const key = { operationId: OPERATION_ID, stepId: 'heal-0', sinceMs: NOON, params } as const;
    expect(await findAction({ runbooks } as never, key)).toEqual({ executor: 'function', id: ID });
  });

  it('will not begin any more, unless it is said that it may', async () => {
    const deps = functionsThat({ cancel: say('unknown'), inspect: say('unknown') });
    expect(await cancel(deps, ID)).toBeUndefined();
    const reference = { executor: 'function', id: ID } as const;
    expect(await cancelAction(deps as never, reference)).toBeUndefined();
    await expect(cancelAction(deps as never, reference, true)).rejects.toThrow(RequestRefused);
  });
});
