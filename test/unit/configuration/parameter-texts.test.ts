import { describe, expect, it } from 'vitest';
import { verdictsOf } from './configuration-text.ts';
import { ECS, HOSTS, inRollback, on, onHosts } from './steps-text.ts';

const called = (accepts: string, parameters: string) =>
  `{ type: invoke_function, params: { function: f, accepts: { ${accepts} }, parameters: { ${parameters} } } }`;
const document = (accepts: string, parameters: string) =>
  `{ type: run_document, params: { document: acme, accepts: { ${accepts} }, parameters: { ${parameters} } } }`;
const automation = (params: string) => `{ type: run_automation, params: { document: Acme, ${params} } }`;
const LIST = 'accepts: { Ids: { type: StringList } }, targetsParameter: Ids';

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a number instead of a text',
    onHosts(called('a: { type: String }', 'a: 1')),
    [
      'error parameter-refused strategies[0].actions[0].type: invoke_function does not accept `a` 1: it is of type String → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'a text instead of a number',
    onHosts(called('a: { type: Number }', 'a: x')),
    [
      'error parameter-refused strategies[0].actions[0].type: invoke_function does not accept `a` "x": it is of type Number → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'a fraction instead of a whole number',
    onHosts(called('a: { type: Integer }', 'a: 1.5')),
    [
      'error parameter-refused strategies[0].actions[0].type: invoke_function does not accept `a` 1.5: it is of type Integer → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'a number instead of true or false',
    onHosts(called('a: { type: Boolean }', 'a: 1')),
    [
      'error parameter-refused strategies[0].actions[0].type: invoke_function does not accept `a` 1: it is of type Boolean → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'values of their types',
    onHosts(
      called(
        'a: { type: String }, b: { type: Number }, c: { type: Integer }, d: { type: Boolean }, e: { type: Integer, default: 1 }',
        'a: x, b: 1.5, c: 2, d: false',
      ),
    ),
    [],
  ],
  [
    'a value that is needed',
    onHosts(called('a: { type: String }', '')),
    [
      'error parameter-refused strategies[0].actions[0].type: invoke_function does not accept `a`: it is needed → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'a value that nobody asked for',
    inRollback(HOSTS, called('a: { type: String, default: x }', 'b: 2')),
    [
      'error parameter-refused strategies[0].rollback.actions[0].type: invoke_function does not accept `b` 2: it is not a parameter of the function → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'a value that is too small',
    onHosts(called('a: { type: String, minChars: 2 }', 'a: x')),
    [
      'error parameter-refused strategies[0].actions[0].type: invoke_function does not accept `a` "x": it has 1 characters, fewer than the minimum of 2 → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'a pattern that nobody can use',
    onHosts(called("a: { type: String, allowedPattern: '(?=a)' }", 'a: x')),
    [
      'error parameter-refused strategies[0].actions[0].type: invoke_function does not accept `a` "x": it has the pattern (?=a): RE2 refuses it: error parsing regexp: invalid or unsupported Perl syntax: `(?=` → Correct `parameters` of the action, or what it `accepts`.',
    ],
  ],
  [
    'too many values of a document',
    onHosts(document('a: { type: StringList, maxItems: 1 }', 'a: [x, y]')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_document on component `web` would send `a` a list, which its SSM document refuses: it has too many values: 2, and at most 1 are allowed → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'too few values of a document',
    onHosts(document('a: { type: StringList, minItems: 2 }', 'a: [x]')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_document on component `web` would send `a` a list, which its SSM document refuses: it has too few values: 1, and at least 2 are needed → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'as many values of a document as it takes',
    onHosts(document('a: { type: StringList, minItems: 2, maxItems: 2 }', 'a: [x, y]')),
    [],
  ],
  [
    'one wrong value of several',
    onHosts(document('a: { type: StringList, allowedValues: [x] }', 'a: [x, y]')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_document on component `web` would send `a` a list, which its SSM document refuses: it is not one of x → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'a list where one value belongs',
    onHosts(document('a: { type: String }', 'a: [x]')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_document on component `web` would send `a` a list, which its SSM document refuses: it is of type String, and takes one value → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'one value where a list belongs',
    onHosts(document('a: { type: StringList }', 'a: x')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_document on component `web` would send `a` "x", which its SSM document refuses: it is of type StringList, and takes a list → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'a document’s pattern',
    onHosts(document("a: { type: String, allowedPattern: '(?=a)' }", 'a: x')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_document on component `web` would send `a` "x", which its SSM document refuses: it declares the pattern (?=a): RE2 refuses it: error parsing regexp: invalid or unsupported Perl syntax: `(?=` → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'an identifier of an operation that a document refuses',
    onHosts(document('operationId: { type: String, maxChars: 3 }, executionTimeout: { type: String }', '')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_document on component `web` would send `operationId` "20261122T133000Z-fb365bc92a10", which its SSM document refuses: it has 29 characters, more than the maximum of 3 → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  ['an automation of listed targets', on(ECS, automation(LIST)), []],
  ['an automation of one target', on(ECS, automation(LIST.replace('StringList', 'String'))), []],
  [
    'an automation of one target at a time, for several',
    on(`${HOSTS}, maxConcurrentTargets: 2`, automation(LIST.replace('StringList', 'String'))),
    [
      'error parameter-refused strategies[0].actions[0].type: run_automation on component `web` would send `Ids` a list, which its SSM document refuses: it is of type String, and takes one value → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'an automation under a role that it does not take',
    on(ECS, automation('role: "arn:aws:iam::111122223333:role/a", accepts: {}')),
    [
      'error parameter-refused strategies[0].actions[0].type: run_automation on component `web` would send `AutomationAssumeRole` "arn:aws:iam::111122223333:role/a", which its SSM document refuses: it is not a parameter of the document → Correct `params` of the action, or what components.web declares.',
    ],
  ],
  [
    'an automation whose pattern only the agent could not use',
    on(ECS, automation("accepts: { a: { type: String, allowedPattern: '(?=a)' } }, parameters: { a: x }")),
    [],
  ],
  [
    'an automation whose pattern does not match',
    on(ECS, automation("accepts: { a: { type: String, allowedPattern: '^b$' } }, parameters: { a: x }")),
    [
      'error parameter-refused strategies[0].actions[0].type: run_automation on component `web` would send `a` "x", which its SSM document refuses: it does not match ^b$ → Correct `params` of the action, or what components.web declares.',
    ],
  ],
];

describe('a parameter of an action', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
