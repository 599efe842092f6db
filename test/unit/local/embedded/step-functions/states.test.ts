import { describe, expect, it } from 'vitest';
import { runStates } from './step-functions-lab.ts';

describe('Pass', () => {
  it('passes its input on', async () => {
    const { status, output } = await runStates({ A: { Type: 'Pass', End: true } }, { a: 1 });
    expect([status, output]).toEqual(['SUCCEEDED', { a: 1 }]);
  });

  it('assigns and outputs, both from what was there before', async () => {
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

  it('hold 256 KiB at once', async () => {
    const assign = (Assign: object) => runStates({ A: { Type: 'Pass', Assign, Output: 'done', End: true } });
    expect((await assign({ a: large(200_000) })).output).toBe('done');
    expect((await assign({ a: large(200_000), b: large(100_000) })).error).toBe('States.DataLimitExceeded');
  });

  it('hold 10 MiB in all; one that is assigned again counts once', async () => {
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

  it('takes its Default, with what the state itself assigns and outputs', async () => {
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
