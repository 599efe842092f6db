import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { NotFound, NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { FunctionAnswer } from '../../../../functions/ports/user-functions.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld, inputOf, withStore } from '../../../factories/ports/world.ts';

const ORDERS = 'arn:aws:ecs:us-east-1:123456789012:service/prod/orders';
const INVOKE = {
  type: 'invoke_function',
  params: { function: 'restart', parameters: { wait: 5 }, undo: true },
};

/** An admitted operation on a custom target. */
async function orders(actions: readonly object[] = [INVOKE], rollback: object = {}) {
  const health = { url: 'https://orders.example.com/' };
  const world = createWorld(
    configured({
      components: {
        web: {
          targets: { custom: ORDERS },
          service: undefined,
          alarms: undefined,
          health,
          signals: ['memory'],
        },
      },
      strategies: [{ actions, rollback }],
    }),
  );
  const operation = await admitted(world);
  const step = (stepId: StepId, more: object = {}) =>
    act(world, { ...inputOf(operation, `token-${stepId}`), step: { stepId, ...more } });
  const answers = (...list: readonly FunctionAnswer[]) => {
    const left = [...list];
    world.functions.answer = () => left.shift() ?? { payload: { outcome: 'succeeded' } };
  };
  const record = (stepId: StepId) => world.store.getStep(operation.operationId, stepId);
  return { world, operation, step, answers, record };
}

describe('a function of the user’s', () => {
  it('learns what to do, on what, and why, and ends the step at once', async () => {
    const { world, operation, step, record } = await orders();
    await step('heal-0');
    const { operationId, alert } = operation;
    expect(world.functions.invoked).toEqual([
      {
        name: 'restart',
        version: 1,
        idempotencyKey: `${operationId}/heal-0`,
        phase: 'do',
        operationId,
        stepId: 'heal-0',
        component: 'web',
        targetKind: 'custom',
        targets: [ORDERS],
        parameters: { wait: 5 },
        alert: { metric: 'memory', severity: alert.severity, reason: alert.reason },
      },
    ]);
    expect(await record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [ORDERS] });
    expect(world.tokens.completed).toMatchObject([{ output: { stepId: 'heal-0', outcome: 'SUCCEEDED' } }]);
    expect(world.runbooks.sent).toEqual([]);
  });

  it.each<[string, FunctionAnswer, string]>([
    ['says so', { payload: { outcome: 'failed', detail: 'no capacity' } }, 'restart failed: no capacity'],
    [
      'throws',
      { functionError: { errorType: 'TypeError', errorMessage: 'x is not a function' } },
      'restart failed: TypeError: x is not a function',
    ],
    ['answers something else', { payload: 'ok' }, 'restart did not answer'],
  ])('fails the step if it %s', async (_what, answer, detail) => {
    const { world, step, answers, record } = await orders();
    answers(answer);
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(detail),
    });
    expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
  });

  it('fails the step if it does not exist', async () => {
    const { world, step, record } = await orders();
    world.functions.answer = () => {
      throw new NotFound('Function not found: restart');
    };
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'Function not found: restart',
    });
  });

  it('fails the step if it must not be invoked, and the permission is named', async () => {
    const { world, step, record } = await orders();
    world.functions.answer = () => {
      throw new NotPermitted({ action: 'lambda:InvokeFunction', role: 'selfheal-act' });
    };
    await step('heal-0');
    expect((await record('heal-0'))?.detail).toContain('missing permission: lambda:InvokeFunction');
  });

  it('gets the same key again if it has not answered in time', async () => {
    const { world, step } = await orders();
    const { answer } = world.functions;
    world.functions.answer = () => {
      throw new ServiceUnavailable('restart has not answered within 30 s');
    };
    await expect(step('heal-0')).rejects.toThrow(ServiceUnavailable);
    world.functions.answer = answer;
    await step('heal-0', { attempt: 1 });
    const keys = world.functions.invoked.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(2);
  });

  it('gets the same key again where its answer was not recorded at first', async () => {
    const { world, operation, step } = await orders();
    const crashing = withStore(world, { recordOwnOutcome: () => Promise.reject(new Error('crash')) });
    const input = { ...inputOf(operation), step: { stepId: 'heal-0' as const } };
    await expect(act(crashing, input)).rejects.toThrow('crash');
    await step('heal-0');
    await step('heal-0');
    const keys = world.functions.invoked.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([`${operation.operationId}/heal-0`, `${operation.operationId}/heal-0`]);
  });
});

describe('undoing what a function did', () => {
  const failure = { error: 'ActionFailed', cause: 'broken' };
  const undoOf = async ({ world, operation, step }: Awaited<ReturnType<typeof orders>>) => {
    const prepared = await prepareRollback(world, { operationId: operation.operationId, failure });
    for (const { stepId, ...planned } of prepared.steps) await step(stepId, planned);
    return prepared.steps;
  };

  it('hands it what it asked to have back', async () => {
    const lab = await orders([INVOKE, { ...INVOKE, params: { function: 'scale' }, onError: 'rollback' }]);
    lab.answers(
      { payload: { outcome: 'succeeded', undo: { tasks: 3 } } },
      { payload: { outcome: 'failed' } },
    );
    await lab.step('heal-0');
    await lab.step('heal-1');
    expect(await undoOf(lab)).toMatchObject([{ stepId: 'rollback-0', undoes: 'heal-0', targets: [ORDERS] }]);
    expect(lab.world.functions.invoked.at(-1)).toMatchObject({
      name: 'restart',
      phase: 'undo',
      idempotencyKey: `${lab.operation.operationId}/rollback-0`,
      parameters: { wait: 5 },
      undo: { tasks: 3 },
    });
  });

  it('does not begin with one that cannot undo', async () => {
    const cannot = { type: 'invoke_function', params: { function: 'restart' } };
    const lab = await orders([cannot, { ...cannot, onError: 'rollback' }]);
    lab.answers({ payload: { outcome: 'succeeded' } }, { payload: { outcome: 'failed' } });
    await lab.step('heal-0');
    await lab.step('heal-1');
    expect(await undoOf(lab)).toEqual([]);
  });

  it('may be part of a rollback plan after a failed verification', async () => {
    const undo = { type: 'invoke_function', params: { function: 'restart', phase: 'undo' } };
    const lab = await orders([INVOKE], { actions: [undo] });
    lab.answers({ payload: { outcome: 'succeeded', undo: 'v41' } });
    await lab.step('heal-0');
    expect(await undoOf(lab)).toMatchObject([{ undoes: 'heal-0' }]);
    expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: 'v41' });
  });

  it('happens once, though the action and the rollback plan both ask for it', async () => {
    const undo = { type: 'invoke_function', params: { function: 'restart', phase: 'undo' } };
    const lab = await orders([{ ...INVOKE, onError: 'rollback' }], { actions: [undo] });
    lab.answers({ payload: { outcome: 'failed', undo: 'v41' } });
    await lab.step('heal-0');
    expect(await undoOf(lab)).toMatchObject([{ stepId: 'rollback-0', undoes: 'heal-0' }]);
  });

  it('waits while one that was cut off may still be running', async () => {
    const lab = await orders();
    lab.world.functions.answer = () => {
      throw new ServiceUnavailable('cut off');
    };
    await expect(lab.step('heal-0')).rejects.toThrow('cut off');
    await expect(undoOf(lab)).rejects.toMatchObject({ code: 'ACTIONS_STILL_RUNNING' });
    lab.world.clock.now += 120_000;
    await undoOf(lab);
    expect(await lab.record('heal-0')).toMatchObject({
      outcome: 'UNKNOWN',
      detail: expect.stringContaining('it is not known whether it has ended'),
    });
  });
});
