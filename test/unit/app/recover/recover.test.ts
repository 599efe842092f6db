import { describe, expect, it } from 'vitest';
import { act, LEASE_MARGIN_SECONDS } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { executionEnded } from '../../../../functions/app/recover/execution-ended.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld, inputOf, plannedStep } from '../../../factories/ports/world.ts';

/** An operation whose execution runs, and that an action of this type would undo. */
async function running(type = 'notify_soc') {
  const world = createWorld(configured({ strategies: [{ rollback: { actions: [{ type }] } }] }));
  const operation = await admitted(world);
  const { operationId } = operation;
  await world.executions.start(operationId, inputOf(operation));
  const ends = async (name: string, status = 'ABORTED', more = {}) => {
    world.executions.statuses.set(name, status as 'ABORTED');
    await executionEnded(world, { name, status, ...more });
  };
  const undo = `${operationId}-undo`;
  const started = () => world.executions.started.filter(({ name }) => name === undo);
  const record = async () => await world.store.getOperation(operationId);
  return { world, operation, operationId, undo, ends, started, record };
}

describe('an execution that was stopped in the console', () => {
  it('leads to one that undoes, under a new fence', async () => {
    const { world, operation, operationId, undo, ends, started } = await running();
    await ends(operationId);
    expect(started()).toEqual([
      {
        name: undo,
        input: {
          operationId,
          component: 'web',
          fence: operation.fence + 1,
          failure: { error: 'ExecutionABORTED', cause: `execution ${operationId} ended as ABORTED` },
        },
      },
    ]);
    expect(await world.store.getClaim('web')).toMatchObject({
      operationId,
      fence: operation.fence + 1,
      // Long enough for the undoing execution to start and to take its first step.
      leaseUntilMs: world.clock.now + LEASE_MARGIN_SECONDS * 1_000,
    });
  });

  it('invariant 1: no longer acts, if one of its invocations was held up', async () => {
    const { world, operation, operationId, ends } = await running();
    await ends(operationId);
    await act(world, { ...inputOf(operation), step: plannedStep(world, operation) });
    expect(world.runbooks.sent).toEqual([]);
    expect(world.tokens.completed).toMatchObject([{ error: 'StepRefused' }]);
  });

  it('invariant 8: can be undone, though its end is reported several times', async () => {
    const { world, operationId, ends, started } = await running();
    await ends(operationId);
    const { fence } = (await world.store.getClaim('web')) ?? { fence: 0 };
    const failure = { error: 'ExecutionABORTED', cause: 'stopped' };
    const { steps } = await prepareRollback(world, { operationId, failure });
    await ends(operationId);
    for (const step of steps)
      await act(world, { operationId, component: 'web', fence, step, attempt: 0, taskToken: step.stepId });
    expect(world.notifier.sent).toMatchObject([{ topic: 'soc' }]);
    expect(started()).toHaveLength(1);
    expect(await world.store.listSteps(operationId)).toMatchObject([{ outcome: 'SUCCEEDED' }]);
  });

  it('invariant 1: is undone on the hosts, too, under the new fence', async () => {
    const { world, operation, operationId, ends } = await running('start_component');
    await act(world, { ...inputOf(operation), step: plannedStep(world, operation) });
    await ends(operationId);
    const { fence } = (await world.store.getClaim('web')) ?? { fence: 0 };
    const failure = { error: 'ExecutionABORTED', cause: 'stopped' };
    const { steps } = await prepareRollback(world, { operationId, failure });
    for (const step of steps) await act(world, { ...inputOf(operation), fence, step });
    expect(world.runbooks.sent.map(({ parameters }) => [parameters['stepId'], parameters['fence']])).toEqual([
      ['heal-0', String(operation.fence)],
      ['rollback-0', String(operation.fence + 1)],
    ]);
  });

  it('is undone even if the function that took it over stopped before starting the undo', async () => {
    const { world, operation, operationId, ends, started } = await running();
    await world.store.takeOver(inputOf(operation), world.clock.now + 60_000);
    await ends(operationId);
    expect(started()).toMatchObject([{ input: { fence: operation.fence + 1 } }]);
  });

  it('gives its own error and cause, if it had them', async () => {
    const { operationId, ends, started } = await running();
    await ends(operationId, 'FAILED', { error: 'States.Runtime', cause: 'no such path' });
    expect(started()).toMatchObject([
      { input: { failure: { error: 'States.Runtime', cause: 'no such path' } } },
    ]);
  });
});

describe('an undoing execution that has ended too', () => {
  it('invariant 5: ends its operation as failed on the spot, and the architect is notified', async () => {
    const { world, operationId, undo, ends, record } = await running();
    await ends(operationId);
    await ends(undo, 'TIMED_OUT');
    expect(await record()).toMatchObject({
      state: 'FAILED',
      failure: {
        error: 'ExecutionTIMED_OUT',
        cause: `rollback did not finish: execution ${undo} ended as TIMED_OUT`,
      },
    });
    expect(await world.store.getClaim('web')).toBeUndefined();
    expect(world.notifier.sent).toMatchObject([{ topic: 'architect' }]);
  });

  it('notifies people once, though its end is reported twice', async () => {
    const { world, operationId, undo, ends } = await running();
    await ends(operationId);
    await ends(undo, 'TIMED_OUT');
    await ends(undo, 'TIMED_OUT');
    expect(world.notifier.sent).toHaveLength(1);
    expect(world.metrics.figures).toEqual(['concluded FAILED']);
  });
});

describe('the end of an execution', () => {
  it('changes nothing if the execution has ended its operation itself', async () => {
    const { world, operation, operationId, ends, started, record } = await running();
    await world.store.conclude({
      ...inputOf(operation),
      strategyId: 'restart',
      state: 'FAILED',
      result: 'FAILED',
      completedAtMs: 0,
      cooldownUntilMs: 0,
      cooldownScope: 'component',
    });
    await ends(operationId, 'FAILED');
    expect(started()).toEqual([]);
    expect(await record()).toMatchObject({ completedAtMs: 0 });
  });

  it('changes nothing if the operation is not on record', async () => {
    const { world, ends } = await running();
    await ends('20261122T133000Z-000000000000');
    expect(world.executions.started).toHaveLength(1);
  });
});
