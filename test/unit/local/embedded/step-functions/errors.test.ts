import { describe, expect, it } from 'vitest';
import { LambdaServiceError } from '../../../../../local/embedded/lambda/errors.ts';
import { createStepFunctionsLab, failure, runStates, task } from './step-functions-lab.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fails with these errors, one after the other, then answers. Says when it was called, in seconds from the start. */
async function retried(errors: readonly string[], fields: Fields) {
  const lab = createStepFunctionsLab({
    work: () => {
      const error = errors[lab.calls.length - 1];
      if (error !== undefined) throw failure(error);
      return 'done';
    },
  });
  const execution = lab.start(lab.machine({ A: task(fields), Z: { Type: 'Succeed', Output: 'caught' } }));
  await lab.clock.runUntilIdle(1e9);
  return {
    seconds: lab.calls.map(({ atMs }) => (atMs - execution.startMs) / 1_000),
    end: execution.error ?? execution.output,
    transitions: execution.transitions,
  };
}

const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] };

describe('Retry', () => {
  it('waits an interval that grows by the back-off rate, up to the longest', async () => {
    const Retry = [
      { ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 20 },
    ];
    const { seconds, end } = await retried(['E', 'E', 'E', 'E'], { Retry, ...caught });
    expect([seconds, end]).toEqual([[0, 2, 8, 26, 46], 'done']);
  });

  it('waits a second, then two, then four, and then gives up, by default', async () => {
    const { seconds, end } = await retried(['E', 'E', 'E', 'E'], {
      Retry: [{ ErrorEquals: ['E'] }],
      ...caught,
    });
    expect([seconds, end]).toEqual([[0, 1, 3, 7], 'caught']);
  });

  it('waits some part of the interval with full jitter', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 100, MaxAttempts: 1, JitterStrategy: 'FULL' }];
    const { seconds } = await retried(['E'], { Retry, ...caught });
    expect(seconds[1]).toBeGreaterThan(0);
    expect(seconds[1]).toBeLessThan(100);
  });

  it('counts for each retrier alone, and does not go to the next when one is spent', async () => {
    const Retry = [
      { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, MaxAttempts: 2 },
      { ErrorEquals: ['C'], IntervalSeconds: 5 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 100, MaxAttempts: 9 },
    ];
    const { seconds, end } = await retried(['A', 'B', 'C', 'B'], { Retry, ...caught });
    expect([seconds, end]).toEqual([[0, 1, 3, 8], 'caught']);
  });

  it('never retries with MaxAttempts 0', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 0 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 1 },
    ];
    expect((await retried(['A'], { Retry, ...caught })).seconds).toEqual([0]);
  });

  it('costs a state transition', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 1 }];
    expect((await retried(['E', 'E'], { Retry, Next: 'Z' })).transitions).toBe(4);
  });

  it('retries a whole Map', async () => {
    let tries = 0;
    const states = {
      M: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: { StartAt: 'I', States: { I: task() } },
        Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1 }],
        End: true,
      },
    };
    const execution = await runStates(
      states,
      {},
      {
        work: () => {
          tries += 1;
          if (tries < 3) throw failure('E');
          return 'ok';
        },
      },
    );
    expect([execution.output, tries]).toEqual([['ok'], 3]);
  });
});

describe('Catch', () => {
  it('passes on error and cause, and may assign and output', async () => {
    const states = {
      A: task({
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Z' },
          { ErrorEquals: ['Mine'], Assign: { e: '{% $states.errorOutput.Error %}' }, Next: 'Z' },
        ],
      }),
      Z: { Type: 'Pass', Output: { e: '{% $e %}', input: '{% $exists($states.input.Cause) %}' }, End: true },
    };
    const { output } = await runStates(
      states,
      {},
      {
        work: () => {
          throw failure('Mine');
        },
      },
    );
    expect(output).toEqual({ e: 'Mine', input: true });
  });

  it.each([
    ['States.ALL', 'Mine', true],
    ['States.TaskFailed', 'Mine', true],
    ['States.TaskFailed', 'Lambda.TooManyRequestsException', true],
    ['Mine', 'Yours', false],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.ALL', 'States.Runtime', false],
  ])('%s catches %s: %s', async (equals, error, isTaken) => {
    const states = { A: task({ Catch: [{ ErrorEquals: [equals], Next: 'Z' }] }), Z: { Type: 'Succeed' } };
    const { status } = await runStates(
      states,
      {},
      {
        work: () => {
          throw failure(error);
        },
      },
    );
    expect(status === 'SUCCEEDED').toBe(isTaken);
  });

  it.each([
    ['States.Timeout', true],
    ['States.ALL', true],
    ['States.TaskFailed', false],
  ])('%s catches a time-out: %s', async (equals, isTaken) => {
    const states = {
      A: task({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: [equals], Next: 'Z' }] }),
      Z: { Type: 'Succeed' },
    };
    const { status } = await runStates(states, {}, { work: () => new Promise(() => {}) });
    expect(status === 'SUCCEEDED').toBe(isTaken);
  });

  it('catches errors of expressions, before and after the call', async () => {
    const fields = [
      { Arguments: { FunctionName: '{% $states.input.none %}' } },
      { Output: '{% $states.result.none %}' },
    ];
    for (const field of fields) {
      const states = {
        A: task({ ...field, Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Z' }] }),
        Z: { Type: 'Succeed' },
      };
      expect((await runStates(states)).status).toBe('SUCCEEDED');
    }
  });

  it('sees how often the state was tried again, and when it was entered', async () => {
    const Output = {
      tried: '{% $states.context.State.RetryCount %}',
      at: '{% $states.context.State.EnteredTime %}',
    };
    const states = {
      W: { Type: 'Wait', Seconds: 60, Next: 'A' },
      A: task({
        Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ['E'], Output, Next: 'Z' }],
      }),
      Z: { Type: 'Succeed' },
    };
    const { output } = await runStates(
      states,
      {},
      {
        work: () => {
          throw failure('E');
        },
      },
    );
    expect(output).toEqual({ tried: 2, at: '2026-11-22T12:01:00.000Z' });
  });

  it('does not catch its own errors', async () => {
    const states = {
      A: task({
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.none %}', Next: 'Z' }],
      }),
      Z: { Type: 'Succeed' },
    };
    const { error } = await runStates(
      states,
      {},
      {
        work: () => {
          throw failure('E');
        },
      },
    );
    expect(error).toBe('States.QueryEvaluationError');
  });

  it('sees errors of Lambda itself under the name Lambda.…', async () => {
    const { error } = await runStates(
      { A: task() },
      {},
      {
        work: () => {
          throw new LambdaServiceError('TooManyRequestsException', 'Rate Exceeded');
        },
      },
    );
    expect(error).toBe('Lambda.TooManyRequestsException');
  });
});
