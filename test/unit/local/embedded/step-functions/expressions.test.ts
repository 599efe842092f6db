import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../../../local/embedded/step-functions/expressions/expression.ts';
import { VariableScope } from '../../../../../local/embedded/step-functions/variables.ts';
import { runStates } from './step-functions-lab.ts';

const sources = { clock: { nowMs: () => 0 }, random: () => 0.5, newId: () => 'id' };
const names = ['a', 'b', 'c'];

describe('a path that is followed without JSONata', () => {
  it('gives what JSONata gives, whatever is on its way', async () => {
    const key = fc.constantFrom(...names);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom<unknown>(null, 1, 0, '', 'text', true, false),
        fc.dictionary(key, tie('value')),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, fc.array(key, { minLength: 1, maxLength: 4 }), async (input, path) => {
        const source = `$states.input.${path.join('.')}`;
        const expected: unknown = await jsonata(source).evaluate(undefined, { states: { input } });
        const expression = compileExpression(source, { place: 'test', assigned: new Set() });
        const actual = (async () =>
          await expression.evaluate({ states: { input }, variables: new VariableScope(), sources }))();
        if (expected === undefined)
          await expect(actual).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
        else expect(await actual).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("Step Functions' own functions", () => {
  const resultOf = async (expression: string, input: unknown = {}) => {
    const { output, error } = await runStates(
      { A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } },
      input,
    );
    return error ?? output;
  };

  it.each<[string, unknown]>([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(1, 9, 3)', [1, 4, 7]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$hash("abc", "SHA-256")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$parse("{\\"a\\":[1]}").a', [1]],
    ['$random(42) = $random(42)', true],
    ['$type($random())', 'number'],
    ['$length($uuid())', 36],
    ['$now()', '2026-11-22T12:00:00.000Z'],
    ['$millis()', Date.parse('2026-11-22T12:00:00Z')],
  ])('%s', async (expression, value) => {
    expect(await resultOf(expression)).toEqual(value);
  });

  it.each([
    '$range(1, 2, 0)',
    '$range(1, 2000, 1)',
    '$hash("abc", "CRC")',
    '$parse("{")',
    '$partition(1, 2)',
    '$now("[Y]")',
    '$error("mine")',
    '1 + "a"',
    '$string',
  ])('States.QueryEvaluationError for %s', async (expression) => {
    expect(await resultOf(expression)).toBe('States.QueryEvaluationError');
  });
});
