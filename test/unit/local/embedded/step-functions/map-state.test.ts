import { describe, expect, it } from 'vitest';
import { failure, runStates, task } from './step-functions-lab.ts';

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
