import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { FunctionAnswer } from '../../../../functions/ports/user-functions.ts';
import {
  BRIEF,
  operationOn,
  REBUILD,
  rebuilding,
  STARTED,
} from '../../../factories/ports/lasting-function.ts';
import { inputOf, withStore } from '../../../factories/ports/world.ts';

describe('a function that answers while its work goes on', () => {
  it('keeps its step open, and is asked about it by its key and its own reference', async () => {
    const { operation, world, record, later } = await rebuilding();
    const { operationId } = operation;
    expect(await record('heal-0')).toMatchObject({
      reference: { executor: 'function', id: `rebuild:live ${operationId}/heal-0 job 17` },
      targets: ['prod/search'],
      undo: '{"version":41}',
    });
    expect(world.tokens.completed).toEqual([]);
    expect(await later(60)).toEqual([]);
    expect(world.functions.asked).toEqual([
      {
        name: 'rebuild:live',
        version: 1,
        phase: 'inspect',
        idempotencyKey: `${operationId}/heal-0`,
        operationId,
        stepId: 'heal-0',
        reference: 'job 17',
      },
    ]);
  });

  it.each([
    [{ outcome: 'succeeded', detail: '9 shards' }, 'SUCCEEDED', 'rebuild:live succeeded: 9 shards'],
    [{ outcome: 'failed', detail: 'no space' }, 'FAILED', 'rebuild:live failed: no space'],
    [{ outcome: 'cancelled' }, 'CANCELLED', 'rebuild:live cancelled'],
    [{ outcome: 'unknown' }, 'UNKNOWN', 'rebuild:live does not know what it was asked for'],
  ])('ends its step when it says %j', async (answer, outcome, detail) => {
    const { world, says, record, later } = await rebuilding();
    says(answer);
    await later(31);
    expect(await record('heal-0')).toMatchObject({ outcome, detail, undo: '{"version":41}' });
    expect(world.tokens.completed).toHaveLength(1);
  });

  it('may say only at its end what it needs to undo it', async () => {
    const { says, record, later } = await rebuilding();
    says({ outcome: 'succeeded', undo: { version: 42 } });
    await later(31);
    expect(await record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', undo: '{"version":42}' });
  });

  it('does not start again in a later try of the step', async () => {
    const { world, step } = await rebuilding();
    await step('heal-0', { attempt: 1 });
    expect(world.functions.invoked).toHaveLength(1);
  });

  it('gets the same key again where its answer was not recorded', async () => {
    const lab = await operationOn(REBUILD);
    const crashing = withStore(lab.world, { recordStep: () => Promise.reject(new Error('crash')) });
    const input = { ...inputOf(lab.operation), step: { stepId: 'heal-0' as const } };
    await expect(act(crashing, input)).rejects.toThrow('crash');
    await lab.step('heal-0', { attempt: 1 });
    const keys = lab.world.functions.invoked.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([`${lab.operation.operationId}/heal-0`, `${lab.operation.operationId}/heal-0`]);
    expect((await lab.record('heal-0'))?.reference?.executor).toBe('function');
  });

  it.each<[string, () => FunctionAnswer]>([
    ['answers nonsense', () => ({ payload: 'ok' })],
    ['throws', () => ({ functionError: { errorType: 'Error', errorMessage: 'no table' } })],
    [
      'does not answer in time',
      () => {
        throw new ServiceUnavailable('rebuild:live has not answered within 10 s');
      },
    ],
  ])('counts as running while it %s, and is timed out at its deadline', async (_what, says) => {
    const { world, record, later } = await rebuilding();
    world.functions.says = says;
    expect(await later(120)).toEqual([]);
    expect((await record('heal-0'))?.outcome).toBeUndefined();
    await later(200);
    expect(await record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail: expect.stringContaining(
        'the work of function rebuild:live could not be cancelled, and may still act; last seen: rebuild:live',
      ),
    });
  });

  it('gets a request to cancel at its deadline', async () => {
    const { world, record, later } = await rebuilding();
    world.functions.says = ({ phase }) => ({
      payload: phase === 'cancel' ? { outcome: 'cancelled' } : { outcome: 'running', detail: '40 %' },
    });
    await later(316);
    expect(world.functions.asked.map(({ phase }) => phase)).toEqual(['inspect', 'cancel']);
    expect((await record('heal-0'))?.detail).toBe(
      'no end after its time-out; the work of function rebuild:live cancelled; last seen: rebuild:live is still running: 40 %',
    );
  });

  it('names the permission that is missing to ask it', async () => {
    const { world, later } = await rebuilding();
    world.functions.says = () => {
      throw new NotPermitted({ action: 'lambda:InvokeFunction', role: 'selfheal-reconcile' });
    };
    await expect(later(60)).rejects.toThrow(NotPermitted);
  });

  it('ends unseen where the configuration does not say that it takes long', async () => {
    const { record } = await rebuilding(BRIEF);
    expect(await record('heal-0')).toMatchObject({
      outcome: 'UNKNOWN',
      detail: 'rebuild:live is still running, and its end is awaited only with `lasting: true`',
      undo: '{"version":41}',
    });
  });

  it('keeps its reference where what its undo needs is too long', async () => {
    const lab = await operationOn(REBUILD);
    lab.world.functions.answer = () => ({
      payload: { ...STARTED.payload, undo: { path: 'x'.repeat(5_000) } },
    });
    await lab.step('heal-0');
    const record = await lab.record('heal-0');
    expect(record?.reference?.id).toBe(`rebuild:live ${lab.operation.operationId}/heal-0 job 17`);
    expect(record?.undo).toBeUndefined();
  });
});
