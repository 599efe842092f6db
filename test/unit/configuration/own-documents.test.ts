import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText, expectProblem } from './configuration-text.ts';

const WEB = `components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    health: { url: https://web.example.com/health }
    signals: [errors]
`;
const ACCEPTS =
  'accepts: { mode: { type: String, allowedValues: [clear, refill] }, operationId: { type: String } }';

/** A declared document with one `params` besides its name; and a strategy that runs it. */
const text = (params: string, step = '{ type: clear-cache }') =>
  configurationText({
    components: WEB,
    groups: `actions:
  clear-cache: { type: run_document, params: { document: acme-clear-cache, ${params} }, timeoutSeconds: 90 }
`,
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [errors] }, actions: [${step}] }`,
  });

const FILES: Readonly<Record<string, string>> = {
  'documents/clear.yaml': `
schemaVersion: '2.2'
parameters:
  mode: { type: String, allowedValues: [clear, refill] }
  paths: { type: StringList, minItems: 1, default: [/var/cache] }
mainSteps:
  - { action: 'aws:runShellScript', name: clear, inputs: { runCommand: ['clear {{ mode }}'] } }
`,
  'documents/automation.yaml': `
schemaVersion: '0.3'
mainSteps: [{ name: wait, action: 'aws:sleep', inputs: { Duration: PT5S } }]
`,
};
const readFile = (path: string) => {
  const file = FILES[path];
  if (file === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
  return file;
};
const problemsOf = (yaml: string) => {
  const loaded = loadConfiguration(yaml, 'selfheal.yaml', readFile);
  return loaded.ok ? [] : loaded.problems.filter(({ severity }) => severity === 'error');
};

describe('a document of one’s own', () => {
  it('runs with the parameters that the action and the step give it', () => {
    const loaded = loadConfiguration(
      text(`${ACCEPTS}, parameters: { mode: clear }, effect: none`),
      'selfheal.yaml',
    );
    expect(loaded.ok && loaded.compiled.strategies[0]?.actions).toMatchObject([
      {
        type: 'run_document',
        params: { document: 'acme-clear-cache', parameters: { mode: 'clear' }, effect: 'none' },
        timeoutSeconds: 90,
      },
    ]);
  });

  it('may come from a file that the configuration names', () => {
    const yaml = text('documentFile: documents/clear.yaml, parameters: { mode: clear }');
    const loaded = loadConfiguration(yaml, 'selfheal.yaml', readFile);
    const { params } = (loaded.ok && loaded.compiled.strategies[0]?.actions[0]) || {};
    expect(params).toMatchObject({ accepts: { mode: { type: 'String' }, paths: { minItems: 1 } } });
    expect(params).not.toHaveProperty('documentFile');
  });

  it.each([
    ['is not there', 'documents/missing.yaml', 'unreadable-file', 'ENOENT'],
    ['is an Automation document', 'documents/automation.yaml', 'invalid-document', 'schemaVersion'],
  ])('is refused if its file %s', (_what, file, code, message) => {
    expect(problemsOf(text(`documentFile: ${file}`))).toMatchObject([
      { code, path: 'actions.clear-cache.params.documentFile', message: expect.stringContaining(message) },
    ]);
  });

  it('says what it accepts in one place', () => {
    expect(problemsOf(text(`documentFile: documents/clear.yaml, ${ACCEPTS}`))[0]).toMatchObject({
      code: 'conflicting-keys',
    });
  });

  it.each([
    [
      'a value that it does not allow',
      `${ACCEPTS}, parameters: { mode: burn }`,
      'is not one of clear, refill',
    ],
    [
      'a parameter that it does not declare',
      `${ACCEPTS}, parameters: { mode: clear, level: 3 }`,
      'is not a parameter',
    ],
    ['too little', ACCEPTS, 'is needed'],
    ['a list where one value belongs', `${ACCEPTS}, parameters: { mode: [clear] }`, 'takes one value'],
    [
      'one value where a list belongs',
      'accepts: { paths: { type: StringList } }, parameters: { paths: /tmp }',
      'takes a list',
    ],
    [
      'too few values',
      'accepts: { paths: { type: StringList, minItems: 2 } }, parameters: { paths: [/tmp] }',
      'has too few values: 1, and at least 2 are needed',
    ],
    [
      'undo parameters that it does not allow',
      `${ACCEPTS}, parameters: { mode: clear }, undoParameters: { mode: burn }`,
      'is not one of clear, refill',
    ],
    [
      'anything if the agent cannot use its pattern',
      "accepts: { mode: { type: String, allowedPattern: '(?=a)' } }, parameters: { mode: a }",
      'RE2 refuses it',
    ],
    [
      'an operation’s id that its own pattern refuses',
      "accepts: { operationId: { type: String, allowedPattern: '^[0-9]+$' } }",
      'does not match',
    ],
  ])('refuses %s', (_what, params, message) => {
    expect(problemsOf(text(params))).toMatchObject([
      { code: 'parameter-refused', message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['▼AWS-RunShellScript', 'invalid-name'],
    ['▼selfheal-verify-health', 'invalid-name'],
    ['▼arn:aws:ssm:eu-west-1:123456789012:document/acme', 'invalid-format'],
  ] as const)('cannot be %s', (name, code) => {
    const step = `{ type: run_document, params: { document: ${name} } }`;
    expectProblem(text('effect: none', step), {
      code,
      path: 'strategies[0].actions[0].params.document',
    });
  });

  it('leaves the ledger’s parameters to Selfheal', () => {
    const step = '{ type: run_document, params: { document: acme, parameters: { ▼fence: 1 } } }';
    expectProblem(text('effect: none', step), {
      code: 'invalid-name',
      path: 'strategies[0].actions[0].params.parameters.fence',
    });
  });

  it('runs on hosts only', () => {
    const components = WEB.replace('instanceIds: [i-0123456789abcdef0]', 'custom: orders');
    const yaml = text('effect: none', '{ type: ▼clear-cache }').replace(WEB, components);
    expectProblem(yaml, { code: 'hosts-needed', path: 'strategies[0].actions[0].type' });
  });
});
