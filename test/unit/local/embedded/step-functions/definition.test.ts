import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../../../../local/embedded/step-functions/definition.ts';
import { callbackTask, task } from './step-functions-lab.ts';

type Fields = Readonly<Record<string, unknown>>;

const load = (States: Fields, more: Fields = {}, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') => {
  const [StartAt] = Object.keys(States);
  return loadDefinition(JSON.stringify({ QueryLanguage: 'JSONata', StartAt, States, ...more }), type);
};
const pass = (more: Fields = {}) => ({ Type: 'Pass', End: true, ...more });
const map = (more: Fields) => ({
  Type: 'Map',
  ItemProcessor: { StartAt: 'I', States: { I: pass() } },
  End: true,
  ...more,
});

describe('a definition', () => {
  it.each(['heal', 'triage'])('can be loaded: our own %s', (name) => {
    const text = readFileSync(
      `${import.meta.dirname}/../../../../../infra/workflow/${name}.asl.json`,
      'utf8',
    );
    expect(loadDefinition(text, name === 'heal' ? 'STANDARD' : 'EXPRESS').graph.states.size).toBeGreaterThan(
      3,
    );
  });

  it.each<[string, Fields, Fields?]>([
    ['no state leads there', { A: pass(), B: pass() }],
    ['there is no state Z', { A: pass({ End: undefined, Next: 'Z' }) }],
    ['there is no state Z', { A: pass() }, { StartAt: 'Z' }],
    ['needs either Next or End', { A: { Type: 'Pass' } }],
    ['needs either Next or End', { A: pass({ Next: 'A' }) }],
    ['the type "Parallel" is not known here', { A: { Type: 'Parallel', End: true } }],
    ['another state of this name', { A: map({ ItemProcessor: { StartAt: 'A', States: { A: pass() } } }) }],
    ['Unrecognized key: "ResultPath"', { A: pass({ ResultPath: '$.a' }) }],
    ['Unrecognized key: "Parameters"', { A: task({ Parameters: {} }) }],
    ['Unrecognized key: "ToleratedFailureCount"', { A: map({ ToleratedFailureCount: 1 }) }],
    ['expected "JSONata"', { A: pass() }, { QueryLanguage: 'JSONPath' }],
    ['Unrecognized key: "Extra"', { A: pass() }, { Extra: 1 }],
    ['is not known here', { A: task({ Resource: 'arn:aws:states:::dynamodb:putItem' }) }],
    ['is not known here', { A: task({ Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' }) }],
    ['needs FunctionName', { A: task({ Arguments: {} }) }],
    [
      'Qualifier of lambda:invoke not known',
      { A: task({ Arguments: { FunctionName: 'f', Qualifier: '1' } }) },
    ],
    ['States.ALL must stand alone', { A: task({ Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }) }],
    [
      'States.ALL must stand alone',
      { A: task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }) },
    ],
    ['Unrecognized key: "MaxAttempt"', { A: task({ Retry: [{ ErrorEquals: ['E'], MaxAttempt: 1 }] }) }],
    [
      'above IntervalSeconds',
      { A: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] }) },
    ],
    ['needs either Seconds or Timestamp', { A: { Type: 'Wait', End: true } }],
    ['neither a number nor', { A: { Type: 'Wait', Seconds: '5', End: true } }],
    ['is not {% … %}', { A: { Type: 'Choice', Choices: [{ Condition: 'true', Next: 'A' }] } }],
    ['must enclose the whole string', { A: pass({ Output: '{% 1 %} and more' }) }],
    ['$states is reserved', { A: pass({ Assign: { states: 1 } }) }],
    ['A.TimeoutSeconds: 0 is not a whole number from 1', { A: task({ TimeoutSeconds: 0 }) }],
    ['A.HeartbeatSeconds: 100000000 is no', { A: task({ HeartbeatSeconds: 100_000_000 }) }],
    ['30 must be below TimeoutSeconds, 30', { A: task({ TimeoutSeconds: 30, HeartbeatSeconds: 30 }) }],
    ['A.Seconds: -1 is not a whole number from 0', { A: { Type: 'Wait', Seconds: -1, End: true } }],
    ['A.Timestamp: "tomorrow"', { A: { Type: 'Wait', Timestamp: 'tomorrow', End: true } }],
    ['is not a time', { A: { Type: 'Wait', Timestamp: '2026-13-22T12:00:00Z', End: true } }],
    ['A.Items: "abc" is neither a list nor', { A: map({ Items: 'abc' }) }],
    ['neither a list nor {% … %}', { A: map({ Items: { a: 1 } }) }],
    ['>=0', { A: map({ MaxConcurrency: -1 }) }],
    ['MaxDelaySeconds', { A: task({ Retry: [{ ErrorEquals: ['E'], MaxDelaySeconds: 31_622_400 }] }) }],
    ['States.Unheard', { A: task({ Retry: [{ ErrorEquals: ['States.Unheard'] }] }) }],
    ['States.Runtime', { A: task({ Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'A' }] }) }],
    ['1048576 are allowed', { A: pass({ Comment: 'x'.repeat(1_048_576) }) }],
    ['Too big', { [`A${'x'.repeat(80)}`]: pass() }],
  ])('is refused: %s', (problem, states, more) => {
    expect(() => load(states, more)).toThrow(
      expect.objectContaining({ code: 'INVALID_DEFINITION', message: expect.stringContaining(problem) }),
    );
  });

  it.each([
    ['$states.result does not exist', '$states.result'],
    ['$states.errorOutput does not exist', '$states.errorOutput.Error'],
    ['$states.inputs does not exist', '$states.inputs'],
    ['task token', '$states.context.Task.Token'],
    ['neither a function that is known here nor assigned', '$nowhere'],
    ['neither a function that is known here nor assigned', '$eval("1")'],
    ['neither a function that is known here nor assigned', '$shuffle([1,2])'],
    ['Step Functions has no $$', '$$.a'],
    ['$ exists only inside a predicate', '$.a'],
    ['has no input to be looked up in', 'a.b'],
    ['$states alone is not supported', '$string($states)'],
    ['Expected', '1 +'],
  ])('is refused for an expression where %s: %s', (problem, expression) => {
    expect(() => load({ A: pass({ Output: `{% ${expression} %}` }) })).toThrow(
      expect.objectContaining({
        code: 'INVALID_DEFINITION',
        message: expect.stringMatching(escaped(problem)),
      }),
    );
  });

  it('is refused as an Express one that waits for a token', () => {
    expect(() => load({ A: callbackTask() }, {}, 'EXPRESS')).toThrow(
      expect.objectContaining({ code: 'INVALID_DEFINITION' }),
    );
  });

  it.each(['$states.input.a ?: 1', '$states.input.a ?? 1'])(
    'is refused for what JSONata learned after the version that Step Functions has: %s',
    (expression) => {
      expect(() => load({ A: pass({ Output: `{% ${expression} %}` }) })).toThrow(
        expect.objectContaining({ code: 'INVALID_DEFINITION' }),
      );
    },
  );

  it('may use whatever JSONata has inside of its own expressions', () => {
    const expressions = [
      '($x := 1; $f := function($y) { $x + $y }; $f(2))',
      '$states.input.items[price > 10 and $.kind = "a"]^(>price).{ "n": name, "p": $string(price) }',
      '$map($states.input.items, function($v, $i) { $v.a & $i })',
      '$states.input.items[0].**.name ~> $uppercase',
      '$states.input.a ? $states.input.a : "none"',
      '$replace($states.input.text, /[a-z]+/, "x")',
    ];
    for (const expression of expressions)
      expect(() => load({ A: pass({ Output: `{% ${expression} %}` }) })).not.toThrow();
  });
});

describe('the scope of variables', () => {
  const processor = (States: Fields) => ({ StartAt: Object.keys(States)[0], States });
  const mapOf = (inner: Fields, more: Fields = {}) => map({ ItemProcessor: processor(inner), ...more });

  it('has inner workflows read what any outer state assigns, itself and by its rules and catchers', () => {
    const outer = {
      A: task({ Assign: { a: 1 }, Catch: [{ ErrorEquals: ['E'], Assign: { b: 2 }, Next: 'M' }], Next: 'C' }),
      C: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Assign: { c: 3 }, Next: 'M' }] },
      M: mapOf({ I: pass({ Assign: { own: 1 }, Output: '{% [$a, $b, $c] %}' }) }),
    };
    expect(() => load(outer)).not.toThrow();
  });

  it('has two inner workflows assign the same name', () => {
    const inner = (name: string) => ({ [name]: pass({ Assign: { own: 1 }, Output: '{% $own %}' }) });
    const states = { M: mapOf(inner('I'), { Next: 'N', End: undefined }), N: mapOf(inner('J')) };
    expect(() => load(states)).not.toThrow();
  });

  it.each<[string, Fields]>([
    [
      'I.Assign: the workflow around this one assigns $a too',
      {
        A: pass({ Assign: { a: 1 }, Next: 'M', End: undefined }),
        M: mapOf({ I: pass({ Assign: { a: 2 } }) }),
      },
    ],
    [
      'J.Assign: the workflow around this one assigns $a too',
      { M: mapOf({ I: mapOf({ J: pass({ Assign: { a: 2 } }) }) }, { Assign: { a: 1 } }) },
    ],
    ['$own is neither', { M: mapOf({ I: pass({ Assign: { own: 1 } }) }, { Output: '{% $own %}' }) }],
    ['$fake is neither', { A: pass({ Output: { Assign: { fake: 1 }, x: '{% $fake %}' } }) }],
  ])('is refused: %s', (problem, states) => {
    expect(() => load(states)).toThrow(
      expect.objectContaining({ code: 'INVALID_DEFINITION', message: expect.stringContaining(problem) }),
    );
  });
});

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.$]/g, '\\$&'), 'i');
}
