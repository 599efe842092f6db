import { describe, expect, it } from 'vitest';
import { createStepFunctionsLab, failure, QUEUE_URL, runStates, task } from './step-functions-lab.ts';

describe('Pass', () => {
  it('hands its input on', async () => {
    const { status, output } = await runStates({ A: { Type: 'Pass', End: true } }, { a: 1 });
    expect([status, output]).toEqual(['SUCCEEDED', { a: 1 }]);
  });

  it('assigns and puts out, both from what was there before', async () => {
    const { output } = await runStates(
      {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: '{% $x + 1 %}' }, Output: '{% $x %}', Next: 'C' },
        C: { Type: 'Pass', Output: { before: '{% $states.input %}', after: '{% $x %}' }, End: true },
      },
      {},
    );
    expect(output).toEqual({ before: 1, after: 2 });
  });

  it('fails with States.QueryEvaluationError where a value is undefined', async () => {
    const { status, error, cause } = await runStates({
      A: { Type: 'Pass', Output: '{% $states.input.missing %}', End: true },
    });
    expect([status, error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(cause).toContain('A.Output: {% $states.input.missing %}: the value is undefined');
  });
});

describe('variables', () => {
  const large = (characters: number) => `{% $pad("", ${characters}, "x") %}`;

  it('take 256 KiB at once', async () => {
    const assign = (Assign: object) => runStates({ A: { Type: 'Pass', Assign, Output: 'done', End: true } });
    expect((await assign({ a: large(200_000) })).output).toBe('done');
    expect((await assign({ a: large(200_000), b: large(100_000) })).error).toBe('States.DataLimitExceeded');
  });

  it('take 10 MiB in all; one that is assigned again counts once', async () => {
    const fill = (count: number, name: (index: number) => string) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `A${index}`,
          { Type: 'Pass', Assign: { [name(index)]: large(250_000) }, Next: `A${index + 1}` },
        ]),
      );
    const end = (count: number) => ({ [`A${count}`]: { Type: 'Succeed', Output: 'done' } });
    expect((await runStates({ ...fill(50, () => 'same'), ...end(50) })).output).toBe('done');
    const { error } = await runStates({ ...fill(50, (index) => `v${index}`), ...end(50) });
    expect(error).toBe('States.DataLimitExceeded');
  });

  it('variables of an iteration that has ended take no space', async () => {
    const inner = { Type: 'Pass', Assign: { own: large(250_000) }, Output: 1, End: true };
    const states = {
      M: {
        Type: 'Map',
        Items: '{% $range(1, 50, 1) %}',
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'I', States: { I: inner } },
        Output: '{% $count($states.result) %}',
        End: true,
      },
    };
    expect((await runStates(states)).output).toBe(50);
  });
});

describe('Choice', () => {
  const choice = (more: Readonly<Record<string, unknown>> = {}) => ({
    A: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Output: 'big', Next: 'End' },
        { Condition: '{% $states.input.n > 5 %}', Assign: { size: 'medium' }, Next: 'Size' },
      ],
      ...more,
    },
    Size: { Type: 'Pass', Output: '{% $size %}', Next: 'End' },
    End: { Type: 'Succeed' },
  });

  it.each([
    [11, 'big'],
    [6, 'medium'],
  ])('takes the first rule whose condition is true: %s', async (n, output) => {
    expect((await runStates(choice(), { n })).output).toEqual(output);
  });

  it('takes its Default, with what the state itself assigns and puts out', async () => {
    const states = choice({ Default: 'Size', Assign: { size: 'small' } });
    expect((await runStates(states, { n: 1 })).output).toBe('small');
  });

  it('fails with States.NoChoiceMatched if there is no Default', async () => {
    expect((await runStates(choice(), { n: 1 })).error).toBe('States.NoChoiceMatched');
  });

  it('fails where a condition is neither true nor false', async () => {
    const states = {
      A: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.n %}', Next: 'B' }] },
      B: { Type: 'Succeed' },
    };
    expect((await runStates(states, { n: 1 })).error).toBe('States.QueryEvaluationError');
  });
});

describe('Wait', () => {
  const waited = async (fields: Readonly<Record<string, unknown>>, input: unknown = {}) => {
    const {
      startMs,
      stopMs = Number.NaN,
      error,
    } = await runStates({ A: { Type: 'Wait', ...fields, End: true } }, input);
    return error ?? (stopMs - startMs) / 1_000;
  };

  it('waits for seconds, or until a time', async () => {
    expect(await waited({ Seconds: 90 })).toBe(90);
    expect(await waited({ Seconds: '{% $states.input.s %}' }, { s: 7 })).toBe(7);
    expect(await waited({ Timestamp: '2026-11-22T13:00:00Z' })).toBe(3_600);
    expect(await waited({ Timestamp: '2026-11-22T14:00:00+01:00' })).toBe(3_600);
    expect(await waited({ Timestamp: '{% $states.input.t %}' }, { t: '2020-01-01T00:00:00Z' })).toBe(0);
  });

  it.each([[{ s: -1 }], [{ s: 1.5 }], [{ s: '1' }], [{}]])('refuses other seconds: %o', async (input) => {
    expect(await waited({ Seconds: '{% $states.input.s %}' }, input)).toBe('States.QueryEvaluationError');
  });

  it('refuses other times', async () => {
    expect(await waited({ Timestamp: '{% $states.input.t %}' }, { t: 'tomorrow' })).toBe(
      'States.QueryEvaluationError',
    );
  });
});

describe('Succeed and Fail', () => {
  it('succeeds with its Output', async () => {
    const { status, output } = await runStates(
      { A: { Type: 'Succeed', Output: { a: '{% $states.input.b %}' } } },
      { b: 2 },
    );
    expect([status, output]).toEqual(['SUCCEEDED', { a: 2 }]);
  });

  it('fails with an error and a cause that may be expressions', async () => {
    const { status, error, cause } = await runStates(
      { A: { Type: 'Fail', Error: '{% $states.input.code %}', Cause: 'as it was to' } },
      { code: 'Mine' },
    );
    expect([status, error, cause]).toEqual(['FAILED', 'Mine', 'as it was to']);
  });

  it('fails with States.QueryEvaluationError where the error is no text', async () => {
    const { error } = await runStates(
      { A: { Type: 'Fail', Error: '{% $states.input.code %}' } },
      { code: 1 },
    );
    expect(error).toBe('States.QueryEvaluationError');
  });
});

describe('Map', () => {
  const map = (inner: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
    M: {
      Type: 'Map',
      Items: '{% $states.input.items %}',
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: { I: inner } },
      End: true,
      ...more,
    },
  });

  it('keeps the order of its items, however they end', async () => {
    const wait = { Type: 'Wait', Seconds: '{% $states.input %}', End: true };
    const execution = await runStates(map(wait), { items: [3, 1, 2] });
    expect(execution.output).toEqual([3, 1, 2]);
    expect((execution.stopMs ?? 0) - execution.startMs).toBe(3_000);
  });

  it('runs at most MaxConcurrency at a time', async () => {
    const wait = { Type: 'Wait', Seconds: '{% $states.input %}', End: true };
    const execution = await runStates(map(wait, { MaxConcurrency: 1 }), { items: [3, 1, 2] });
    expect((execution.stopMs ?? 0) - execution.startMs).toBe(6_000);
  });

  it('gives an array of none for none, and one item stays an array of one', async () => {
    const pass = { Type: 'Pass', End: true };
    expect((await runStates(map(pass), { items: [] })).output).toEqual([]);
    expect((await runStates(map(pass), { items: [1] })).output).toEqual([1]);
  });

  it('shows item and index to ItemSelector and to the states inside', async () => {
    const pass = {
      Type: 'Pass',
      Output:
        '{% $string($states.context.Map.Item.Index) & $states.input.name & $states.context.Map.Item.Value %}',
      End: true,
    };
    const more = { ItemSelector: { name: '{% $uppercase($states.context.Map.Item.Value) %}' } };
    expect((await runStates(map(pass, more), { items: ['a', 'b'] })).output).toEqual(['0Aa', '1Bb']);
  });

  it('reads outer variables inside, and keeps those of each iteration to itself', async () => {
    const States = {
      I: { Type: 'Pass', Assign: { mine: '{% $states.input + $outer %}' }, Next: 'J' },
      J: { Type: 'Wait', Seconds: 1, Output: '{% $mine %}', End: true },
    };
    const states = {
      S: { Type: 'Pass', Assign: { outer: 10 }, Next: 'M' },
      ...map({}, { Items: '{% [1,2] %}', ItemProcessor: { StartAt: 'I', States } }),
    };
    expect((await runStates(states)).output).toEqual([11, 12]);
  });

  it('runs 40 at a time at most, whatever it asks for', async () => {
    const wait = { Type: 'Wait', Seconds: 1, End: true };
    const items = Array.from({ length: 41 }, (_, index) => index);
    const execution = await runStates(map(wait, { MaxConcurrency: 1_000 }), { items });
    expect((execution.stopMs ?? 0) - execution.startMs).toBe(2_000);
  });

  it('stops at the first iteration that fails, with its error, and cancels those under way', async () => {
    const seen: unknown[] = [];
    const execution = await runStates(
      map(task(), { MaxConcurrency: 1 }),
      { items: [1, 2, 3] },
      {
        work: (payload) => {
          seen.push(payload);
          if (Number(payload) === 2) throw failure('Broken');
          return payload;
        },
      },
    );
    expect([execution.status, execution.error, seen]).toEqual(['FAILED', 'Broken', [1, 2]]);
  });

  it('catches what an iteration failed with', async () => {
    const states = {
      ...map(
        { Type: 'Fail', Error: 'Broken', Cause: 'why' },
        {
          Catch: [{ ErrorEquals: ['States.ALL'], Assign: { e: '{% $states.errorOutput %}' }, Next: 'E' }],
        },
      ),
      E: { Type: 'Pass', Output: '{% $e %}', End: true },
    };
    expect((await runStates(states, { items: [1] })).output).toEqual({ Error: 'Broken', Cause: 'why' });
  });

  it('fails if its items are not an array', async () => {
    expect((await runStates(map({ Type: 'Pass', End: true }), { items: 'no' })).error).toBe(
      'States.QueryEvaluationError',
    );
  });
});

describe('Task', () => {
  it('invokes a function, and has its answer as the result', async () => {
    const { output } = await runStates({ A: task() }, { a: 1 }, { work: ({ a }) => ({ b: Number(a) + 1 }) });
    expect(output).toEqual({ b: 2 });
  });

  it('fails as the function failed: type and message', async () => {
    const { error, cause } = await runStates(
      { A: task() },
      {},
      {
        work: () => {
          throw failure('StoreUnavailable', 'throttled');
        },
      },
    );
    expect(error).toBe('StoreUnavailable');
    expect(JSON.parse(cause ?? '')).toEqual({ errorType: 'StoreUnavailable', errorMessage: 'throttled' });
  });

  it('starts another execution by name, once', async () => {
    const lab = createStepFunctionsLab();
    const other = lab.machine({ W: { Type: 'Wait', Seconds: 60, End: true } });
    const states = {
      A: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Arguments: { StateMachineArn: other, Name: 'other', Input: { n: '{% $states.input.n %}' } },
        Output: '{% $states.result.ExecutionArn %}',
        End: true,
      },
    };
    const arn = lab.machine(states);
    const [first, same, different] = [1, 1, 2].map((n, index) => lab.start(arn, { n }, `start-${index}`));
    await lab.clock.runUntilIdle(1_000_000);
    expect(first?.output).toBe(other.replace('stateMachine', 'execution').concat(':other'));
    expect(same?.output).toBe(first?.output);
    expect(different?.error).toBe('StepFunctions.ExecutionAlreadyExistsException');
    expect(lab.service.listExecutions(other)).toHaveLength(1);
  });

  it('sends a message: an object as its JSON', async () => {
    const lab = createStepFunctionsLab();
    const send = (QueueUrl: string) => ({
      A: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage',
        Arguments: { QueueUrl, MessageBody: '{% $states.input %}' },
        End: true,
      },
    });
    lab.start(lab.machine(send(QUEUE_URL)), { a: 1 });
    const lost = lab.start(lab.machine(send('https://elsewhere')));
    await lab.clock.runUntilIdle(1_000);
    expect(lab.queues.messages(QUEUE_URL).map(({ body }) => body)).toEqual(['{"a":1}']);
    expect(lost.error).toBe('Sqs.QueueDoesNotExistException');
  });

  it('fails with States.DataLimitExceeded, which States.ALL does not catch, for a result over 256 KiB', async () => {
    const states = {
      A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
      B: { Type: 'Succeed' },
    };
    const { error } = await runStates(states, {}, { work: () => 'x'.repeat(256 * 1024) });
    expect(error).toBe('States.DataLimitExceeded');
  });
});
