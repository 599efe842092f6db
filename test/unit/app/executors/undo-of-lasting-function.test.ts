import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { BRIEF, operationOn, REBUILD, rebuilding } from '../../../factories/ports/lasting-function.ts';

describe('undoing what a function has started', () => {
  it('does not begin while the function says that it still works', async () => {
    const lab = await rebuilding();
    await expect(lab.undo()).rejects.toMatchObject({ code: 'ACTIONS_STILL_RUNNING' });
    expect(lab.world.functions.asked.map(({ phase }) => phase)).toEqual(['cancel', 'inspect']);
    lab.world.clock.now += 700_000;
    expect(await lab.undo()).toMatchObject([{ stepId: 'rollback-0', undoes: 'heal-0' }]);
    expect(lab.world.functions.invoked).toHaveLength(1);
    expect(await lab.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'not undone, since it may still act: rebuild:live is still running',
    });
  });

  it('begins once the function has cancelled its work', async () => {
    const lab = await rebuilding();
    lab.says({ outcome: 'cancelled' });
    lab.world.functions.answer = () => ({ payload: { outcome: 'succeeded' } });
    await lab.undo();
    expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: { version: 41 } });
    expect(await lab.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'rebuild:live succeeded',
    });
  });

  it('does not begin while the function still works on a start whose answer was lost', async () => {
    const lab = await operationOn(REBUILD);
    await lab.loseAnswer();
    lab.world.clock.now += 700_000;
    await lab.undo();
    expect(lab.world.functions.asked).toMatchObject([
      { phase: 'cancel', stepId: 'heal-0' },
      { phase: 'inspect', stepId: 'heal-0' },
      { phase: 'inspect', stepId: 'heal-0' },
    ]);
    expect(lab.world.functions.invoked).toHaveLength(1);
    expect(await lab.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'not undone, since it may still act: rebuild:live is still running',
    });
  });

  it('begins once a start whose answer was lost is cancelled', async () => {
    const lab = await operationOn(REBUILD);
    await lab.loseAnswer();
    lab.says({ outcome: 'cancelled' });
    await lab.undo();
    expect(lab.world.functions.invoked.map(({ phase }) => phase)).toEqual(['do', 'undo']);
  });

  it('waits where the function does not know yet what a lost answer was about', async () => {
    const lab = await operationOn(REBUILD);
    await lab.loseAnswer();
    lab.says({ outcome: 'unknown' });
    await expect(lab.undo()).rejects.toMatchObject({ code: 'ACTIONS_STILL_RUNNING' });
    lab.world.clock.now += 700_000;
    await lab.undo();
    expect(lab.world.functions.invoked.map(({ phase }) => phase)).toEqual(['do', 'undo']);
  });

  it('does not begin while work goes on that the function started before it threw', async () => {
    const lab = await operationOn(REBUILD);
    lab.world.functions.answer = () => ({
      functionError: { errorType: 'Sandbox.Timedout', errorMessage: 'timed out after 30 s' },
    });
    await lab.step('heal-0');
    expect(await lab.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'rebuild:live failed: Sandbox.Timedout: timed out after 30 s',
    });
    await expect(lab.undo()).rejects.toMatchObject({ code: 'ACTIONS_STILL_RUNNING' });
    expect(lab.world.functions.asked.map(({ phase }) => phase)).toEqual(['cancel', 'inspect']);
  });

  it('begins at once where a function that threw does not know of any work', async () => {
    const lab = await operationOn(REBUILD);
    lab.world.functions.answer = () => ({
      functionError: { errorType: 'Error', errorMessage: 'no such cluster' },
    });
    await lab.step('heal-0');
    lab.says({ outcome: 'unknown' });
    await lab.undo();
    expect(lab.world.functions.invoked.map(({ phase }) => phase)).toEqual(['do', 'undo']);
  });

  it('begins without another question where the work is known to have succeeded', async () => {
    const actions = [REBUILD, { type: 'notify_soc', onError: 'rollback' }];
    const lab = await rebuilding(REBUILD, { actions });
    lab.says({ outcome: 'succeeded' });
    await lab.later(60);
    expect(await lab.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    const questions = lab.world.functions.asked.length;
    lab.says({ outcome: 'running' });
    lab.world.functions.answer = () => ({ payload: { outcome: 'succeeded' } });
    expect(await lab.undo()).toMatchObject([{ stepId: 'rollback-0', undoes: 'heal-0' }]);
    expect(lab.world.functions.asked).toHaveLength(questions);
    expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: { version: 41 } });
    expect(await lab.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('waits for work whose end nobody may ask about', async () => {
    const lab = await rebuilding(BRIEF);
    await expect(lab.undo()).rejects.toMatchObject({ code: 'ACTIONS_STILL_RUNNING' });
    expect(lab.world.functions.asked).toEqual([]);
    lab.world.clock.now += 76_000;
    await lab.undo();
    expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: { version: 41 } });
  });

  it('waits for a start whose answer was lost, whatever became of the other steps', async () => {
    const other = { ...BRIEF, onError: 'continue' };
    const lab = await operationOn(BRIEF, { actions: [other, BRIEF] });
    lab.world.functions.answer = () => ({ payload: { outcome: 'failed' } });
    await lab.step('heal-0');
    expect(await lab.record('heal-0')).toMatchObject({ outcome: 'FAILED' });
    lab.world.functions.answer = () => {
      throw new ServiceUnavailable('its answer was lost');
    };
    await expect(lab.step('heal-1')).rejects.toThrow(ServiceUnavailable);
    const beganAtMs = lab.world.clock.now;
    await expect(lab.undo()).rejects.toMatchObject({
      code: 'ACTIONS_STILL_RUNNING',
      message: expect.stringMatching(/: heal-1 \(not on record\): it is not known whether it has ended$/),
    });
    lab.world.clock.now += 76_000;
    lab.world.functions.answer = () => ({ payload: { outcome: 'succeeded' } });
    await lab.undo();
    expect(await lab.record('heal-1')).toStrictEqual({
      ...{ operationId: lab.operation.operationId, stepId: 'heal-1', component: 'web' },
      ...{ action: 'unknown', onError: 'rollback', targets: [], outcome: 'UNKNOWN' },
      detail: 'it could not be cancelled, and may still act: it is not known whether it has ended',
      ...{ startedAtMs: beganAtMs + 76_000, completedAtMs: beganAtMs + 76_000 },
    });
  });

  describe('of which only the answer to cancel says how it is undone', () => {
    const saysOnlyThen = ({ world }: Awaited<ReturnType<typeof operationOn>>) => {
      world.functions.says = ({ phase }) => ({
        payload: { outcome: 'cancelled', ...(phase === 'cancel' && { undo: { version: 42 } }) },
      });
      world.functions.answer = () => ({ payload: { outcome: 'succeeded' } });
    };

    it('is handed that, and no longer what the function had asked for at first', async () => {
      const lab = await rebuilding();
      saysOnlyThen(lab);
      await lab.undo();
      expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: { version: 42 } });
    });

    it('is handed that though nothing is on record of the start, whose answer was lost', async () => {
      const lab = await operationOn(REBUILD);
      await lab.loseAnswer();
      saysOnlyThen(lab);
      await lab.undo();
      expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: { version: 42 } });
    });

    it('keeps that on record, with all else that was known of the step', async () => {
      const lab = await operationOn(REBUILD, { actions: [{ type: 'notify_soc' }, REBUILD] });
      await lab.step('heal-0');
      lab.world.clock.now += 5_000;
      await lab.step('heal-1');
      const begun = await lab.record('heal-1');
      saysOnlyThen(lab);
      lab.world.clock.now += 5_000;
      await lab.undo();
      expect(await lab.record('heal-1')).toStrictEqual({ ...begun, undo: '{"version":42}' });
    });

    it('keeps that on record of a start whose answer was lost', async () => {
      const lab = await operationOn(REBUILD);
      await lab.loseAnswer();
      saysOnlyThen(lab);
      await lab.undo();
      expect(await lab.record('heal-0')).toMatchObject({
        ...{ action: 'invoke_function', onError: 'rollback', targets: [], undo: '{"version":42}' },
        startedAtMs: lab.world.clock.now,
      });
    });

    it('is handed that where the function was cancelled since its time was over', async () => {
      const lab = await rebuilding();
      lab.says({ outcome: 'running' });
      await lab.later(60);
      lab.world.functions.says = ({ phase }) => ({
        payload:
          phase === 'cancel' ? { outcome: 'cancelled', undo: { version: 42 } } : { outcome: 'running' },
      });
      await lab.later(400);
      expect(await lab.record('heal-0')).toMatchObject({ outcome: 'TIMED_OUT', undo: '{"version":42}' });
      saysOnlyThen(lab);
      await lab.undo();
      expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: { version: 42 } });
    });
  });

  it('passes on what the function last gave for its undo', async () => {
    const lab = await rebuilding();
    lab.says({ outcome: 'cancelled', undo: { version: 43 } });
    await lab.undo();
    expect(lab.world.functions.invoked.at(-1)).toMatchObject({ phase: 'undo', undo: { version: 43 } });
  });

  it('asks about what was started by its reference, even if the undo itself does not last', async () => {
    const undo = { ...BRIEF, params: { function: 'rebuild:live', phase: 'undo' } };
    const started = { ...REBUILD, params: { ...REBUILD.params, undo: false } };
    const lab = await rebuilding(started, { rollback: { actions: [undo] } });
    lab.world.clock.now += 700_000;
    expect(await lab.undo()).toMatchObject([{ undoes: 'heal-0', action: { params: { phase: 'undo' } } }]);
    expect(lab.world.functions.asked.at(-1)).toMatchObject({ phase: 'inspect', reference: 'job 17' });
    expect(lab.world.functions.asked).toHaveLength(3);
    expect(lab.world.functions.invoked).toHaveLength(1);
  });
});
