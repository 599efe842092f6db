import { describe, expect, it } from 'vitest';
import { callbackTask, createStepFunctionsLab, failure, runStates, task } from './step-functions-lab.ts';

type Fields = Readonly<Record<string, unknown>>;

describe('time-outs', () => {
  it('ends an execution that takes too long as TIMED_OUT, and nothing in it goes on', async () => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine({ A: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 60 });
    const execution = lab.start(arn);
    expect(await lab.clock.runUntilIdle(1e9)).toBe(true);
    expect(execution).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect((execution.stopMs ?? 0) - execution.startMs).toBe(60_000);
  });

  it('takes a time-out from an expression', async () => {
    const states = { A: task({ TimeoutSeconds: '{% $states.input.t %}' }) };
    const execution = await runStates(states, { t: 7 }, { work: () => new Promise(() => {}) });
    expect([execution.error, (execution.stopMs ?? 0) - execution.startMs]).toEqual(['States.Timeout', 7_000]);
  });

  it.each([
    ['times out', { TimeoutSeconds: 5 }, {}],
    ['is in an execution that times out', {}, { TimeoutSeconds: 5 }],
  ])('lets a function run on when its task %s: Lambda is not told', async (_, ofTask, ofMachine) => {
    const ended: number[] = [];
    const lab = createStepFunctionsLab({
      work: async () => {
        await lab.clock.sleep(60_000);
        ended.push(lab.clock.nowMs());
      },
    });
    const execution = lab.start(lab.machine({ A: task(ofTask) }, ofMachine));
    await lab.clock.runUntilIdle(1e9);
    expect((execution.stopMs ?? 0) - execution.startMs).toBe(5_000);
    expect(ended).toEqual([execution.startMs + 60_000]);
  });

  it('ends an Express execution after five minutes', async () => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine(
      { A: { Type: 'Wait', Seconds: 301, Next: 'B' }, B: task() },
      { TimeoutSeconds: 9_999 },
      'EXPRESS',
    );
    lab.service.startExecution(arn, undefined, {});
    await lab.clock.runUntilIdle(1e9);
    expect(lab.calls).toEqual([]);
  });
});

describe('task tokens', () => {
  const waiting = (more: Fields = {}) => {
    const lab = createStepFunctionsLab({ work: () => 'begun' });
    const last = more['Catch'] === undefined ? {} : { Z: { Type: 'Succeed', Output: 'caught' } };
    const execution = lab.start(lab.machine({ A: callbackTask(more), ...last }));
    const token = (call = 0) => String(lab.calls[call]?.payload['token']);
    return { ...lab, execution, token };
  };

  it('wait until somebody succeeds, whose output is the result', async () => {
    const { clock, service, execution, token } = waiting();
    await clock.advance(3_600_000);
    expect(execution.status).toBe('RUNNING');
    service.sendTaskSuccess(token(), '{"a":1}');
    await clock.advance(0);
    expect([execution.status, execution.output]).toEqual(['SUCCEEDED', { a: 1 }]);
  });

  it('wait until somebody fails', async () => {
    const { clock, service, execution, token } = waiting();
    await clock.advance(1);
    service.sendTaskFailure(token(), 'ActionFailed', 'why');
    await clock.advance(0);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ActionFailed', cause: 'why' });
  });

  it('may be completed while the function still runs', async () => {
    const lab = createStepFunctionsLab({
      work: async ({ token }) => {
        lab.service.sendTaskSuccess(String(token), '"early"');
        await lab.clock.sleep(1_000);
        throw failure('TooLate');
      },
    });
    const execution = lab.start(lab.machine({ A: callbackTask() }));
    await lab.clock.runUntilIdle(10_000);
    expect([execution.status, execution.output]).toEqual(['SUCCEEDED', 'early']);
  });

  it('fail with the function that was to begin the task', async () => {
    const { error } = await runStates(
      { A: callbackTask() },
      {},
      {
        work: () => {
          throw failure('StoreUnavailable');
        },
      },
    );
    expect(error).toBe('StoreUnavailable');
  });

  it('count once; a token that nobody waits for is TaskTimedOut, an invented one InvalidToken', async () => {
    const { clock, service, token } = waiting();
    await clock.advance(1);
    service.sendTaskSuccess(token(), '{}');
    expect(() => service.sendTaskSuccess(token(), '{}')).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    );
    expect(() => service.sendTaskFailure('none', 'E')).toThrow(
      expect.objectContaining({ name: 'InvalidToken' }),
    );
  });

  it('refuse an output that is not JSON, and wait on', async () => {
    const { clock, service, execution, token } = waiting();
    await clock.advance(1);
    expect(() => service.sendTaskSuccess(token(), '{')).toThrow(
      expect.objectContaining({ name: 'InvalidOutput' }),
    );
    expect(execution.status).toBe('RUNNING');
  });

  it('refuse an output over 256 KiB, and wait on', async () => {
    const { clock, service, execution, token } = waiting();
    await clock.advance(1);
    expect(() => service.sendTaskSuccess(token(), JSON.stringify('x'.repeat(262_143)))).toThrow(
      expect.objectContaining({ name: 'InvalidOutput' }),
    );
    expect(execution.status).toBe('RUNNING');
    service.sendTaskSuccess(token(), '"small"');
    await clock.advance(0);
    expect(execution.output).toBe('small');
  });

  it('change with each try, and the old one is void', async () => {
    const { clock, service, execution, token } = waiting({
      TimeoutSeconds: 10,
      Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 5 }],
    });
    await clock.advance(16_000);
    expect(token(1)).not.toBe(token(0));
    expect(() => service.sendTaskSuccess(token(0), '{}')).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    );
    service.sendTaskSuccess(token(1), '"second"');
    await clock.advance(0);
    expect(execution.output).toBe('second');
  });

  it('time out without a heartbeat', async () => {
    const { clock, service, execution, token } = waiting({
      HeartbeatSeconds: 10,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Z' }],
    });
    await clock.advance(8_000);
    service.sendTaskHeartbeat(token());
    await clock.advance(9_000);
    expect(execution.status).toBe('RUNNING');
    await clock.advance(1_000);
    expect(execution.output).toBe('caught');
  });

  it('are void once the execution is stopped', async () => {
    const { clock, service, execution, token } = waiting();
    await clock.advance(1);
    service.stopExecution(execution.arn, 'Operator', 'enough');
    expect(() => service.sendTaskSuccess(token(), '{}')).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    );
    expect(await clock.runUntilIdle(1)).toBe(true);
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough' });
  });
});
