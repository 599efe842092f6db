import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { commandStatus } from '../../../../functions/app/recover/command-status.ts';
import { commandComment } from '../../../../functions/core/operation/command-comment.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { admitted, createWorld, inputOf, withStore } from '../../../factories/ports/world.ts';

const DOCUMENT = 'acme-clear-cache';
const MODE = { type: 'String', allowedValues: ['clear', 'refill'] };
const LEDGER = {
  operationId: { type: 'String' },
  stepId: { type: 'String' },
  fence: { type: 'String', default: '0' },
};

/** An admitted operation whose strategy runs the document. */
async function clearing(accepts: object = { mode: MODE }, more: object = {}) {
  const params = {
    document: DOCUMENT,
    accepts,
    parameters: { mode: 'clear' },
    undoParameters: { mode: 'refill' },
  };
  const world = createWorld(
    configured({
      strategies: [
        { actions: [{ type: 'run_document', params, timeoutSeconds: 90, onError: 'rollback', ...more }] },
      ],
    }),
  );
  const operation = await admitted(world);
  const step = (stepId: StepId, planned: object = {}) =>
    act(world, { ...inputOf(operation, `token-${stepId}`), step: { stepId, ...planned } });
  const ended = async (status: string) => {
    const { commandId } = world.runbooks.ends(status);
    return await commandStatus(world, { commandId, document: DOCUMENT, status });
  };
  const record = (stepId: StepId) => world.store.getStep(operation.operationId, stepId);
  return { world, operation, step, ended, record };
}

describe('a document of the user’s', () => {
  it('gets its own parameters alone, if it declares no others', async () => {
    const { world, operation, step } = await clearing();
    await step('heal-0');
    expect(world.runbooks.sent).toMatchObject([
      {
        document: DOCUMENT,
        parameters: { mode: 'clear' },
        instanceIds: [NODE],
        comment: commandComment(operation.operationId, 'heal-0'),
        deliveryTimeoutSeconds: 90,
      },
    ]);
    expect(Object.keys(world.runbooks.sent[0]?.parameters ?? {})).toEqual(['mode']);
  });

  it('learns of the ledger what it declares', async () => {
    const { world, operation, step } = await clearing({ mode: MODE, ...LEDGER });
    await step('heal-0');
    const { operationId, fence } = operation;
    expect(world.runbooks.sent[0]?.parameters).toEqual({
      mode: 'clear',
      operationId,
      stepId: 'heal-0',
      fence: String(fence),
    });
  });

  it('ends its step with its command, which says in its comment whose it is', async () => {
    const { world, step, ended, record } = await clearing();
    await step('heal-0');
    expect(await ended('Success')).toBe('settled');
    expect(await record('heal-0')).toMatchObject({ action: 'run_document', outcome: 'SUCCEEDED' });
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
  });

  it('ends its step though nobody recorded that it was sent', async () => {
    const { world, operation, ended, record } = await clearing();
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    const input = { ...inputOf(operation), step: { stepId: 'heal-0' as const } };
    await expect(act(crashing, input)).rejects.toThrow('crash');
    expect(await ended('Failed')).toBe('settled');
    expect(await record('heal-0')).toMatchObject({ action: 'run_document', outcome: 'FAILED' });
  });

  it('ends no step if somebody else runs it', async () => {
    const { world, step, record } = await clearing();
    await step('heal-0');
    const commandId = await world.runbooks.send({
      document: DOCUMENT,
      parameters: { mode: 'clear' },
      instanceIds: [NODE],
      comment: 'by hand',
      deliveryTimeoutSeconds: 30,
      maxConcurrency: 1,
      stopsAtError: true,
    });
    world.runbooks.ends('Success');
    expect(await commandStatus(world, { commandId, document: DOCUMENT, status: 'Success' })).toBe('foreign');
    expect((await record('heal-0'))?.outcome).toBeUndefined();
  });

  it('goes out once if it cannot recognise a repetition, though its answer was lost', async () => {
    const { world, operation } = await clearing();
    const again = (attempt: number) =>
      act(world, { ...inputOf(operation), attempt, step: { stepId: 'heal-0' } });
    const { findCommand } = world.runbooks;
    const send: typeof world.runbooks.send = async (request) => {
      await world.runbooks.send(request);
      throw new ServiceUnavailable('cut off');
    };
    const lost = { ...world, runbooks: { ...world.runbooks, send } };
    await expect(act(lost, { ...inputOf(operation), step: { stepId: 'heal-0' } })).rejects.toThrow('cut off');
    Object.assign(world.runbooks, { findCommand: async () => undefined });
    await expect(again(1)).rejects.toThrow('it is not sent again');
    Object.assign(world.runbooks, {
      findCommand: async () => Promise.reject(new RequestRefused('too many')),
    });
    await expect(again(2)).rejects.toMatchObject({ name: 'ServiceUnavailable', message: 'too many' });
    Object.assign(world.runbooks, { findCommand });
    await again(3);
    expect(world.runbooks.sent).toHaveLength(1);
    const record = await world.store.getStep(operation.operationId, 'heal-0');
    expect(record?.reference).toEqual({ executor: 'run_command', id: 'command-1' });
  });

  it('goes out again if it can recognise a repetition', async () => {
    const { world, operation } = await clearing({ mode: MODE, ...LEDGER });
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    const input = { ...inputOf(operation), step: { stepId: 'heal-0' as const } };
    await expect(act(crashing, input)).rejects.toThrow('crash');
    await act(world, { ...input, attempt: 1 });
    expect(world.runbooks.sent.map(({ isRepeatable }) => isRepeatable)).toEqual([true, true]);
  });

  it('undoes what it did, with its undo parameters and as much time', async () => {
    const { world, operation, step, ended } = await clearing();
    await step('heal-0');
    await ended('Failed');
    const failure = { error: 'ActionFailed', cause: 'broken' };
    const { steps } = await prepareRollback(world, { operationId: operation.operationId, failure });
    expect(steps).toMatchObject([{ action: { type: 'run_document', timeoutSeconds: 90 }, targets: [NODE] }]);
    for (const { stepId, ...planned } of steps) await step(stepId, planned);
    expect(world.runbooks.sent.at(-1)).toMatchObject({
      document: DOCUMENT,
      parameters: { mode: 'refill' },
      comment: commandComment(operation.operationId, 'rollback-0'),
    });
  });
});
