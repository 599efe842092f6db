import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText } from './configuration-text.ts';

const COMMAND = `schemaVersion: '2.2'
parameters: { mode: { type: String, default: all } }
mainSteps: [{ action: 'aws:runShellScript', name: clear, inputs: { runCommand: ['true'] } }]
`;
const AUTOMATION = `schemaVersion: '0.3'
mainSteps: [{ name: wait, action: 'aws:sleep', inputs: { Duration: PT5S } }]
`;
const FILES: Readonly<Record<string, string>> = {
  'list.yaml': '- restart-orders\n',
  'empty.yaml': '# nothing yet\n',
  'again.yaml': 'clear: { type: invoke_function, params: { function: f } }\n',
  'command.yaml': COMMAND,
  'command.json': JSON.stringify({ schemaVersion: '2.2', mainSteps: [{ action: 'aws:runShellScript' }] }),
  'automation.yaml': AUTOMATION,
  'idle.yaml': "schemaVersion: '2.2'\nmainSteps: []\n",
  'text.yaml': 'nothing\n',
  'broken.yaml': 'mainSteps: [\n',
};
const readFile = (path: string) => {
  const text = FILES[path];
  if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
  return text;
};

interface Given {
  readonly files?: string;
  /** Of the declared action `clear`. */
  readonly params?: string;
  readonly type?: string;
  readonly steps?: string;
  readonly rollback?: string;
}

const text = ({
  files,
  type = 'run_document',
  params = '',
  steps = '{ type: clear }',
  rollback = '',
}: Given) =>
  configurationText({
    settings: 'settings: { repairTimeoutSeconds: 12h }',
    components: `components:
  web: { targets: { instanceIds: [i-0123456789abcdef0] }, health: { url: "https://web.example.com/" }, signals: [memory] }`,
    groups: `${files === undefined ? '' : `actionFiles: [${files}]\n`}actions: { clear: { type: ${type}, params: { document: acme, ${params} } } }`,
    strategies: `strategies:\n  - { id: heal, trigger: { metrics: [memory] }, actions: [${steps}], rollback: { actions: [${rollback}] } }`,
  });

function said(given: Given, ...read: readonly [typeof readFile] | readonly []): readonly string[] {
  const loaded = loadConfiguration(text(given), 'selfheal.yaml', ...read);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return problems
    .filter(({ code }) => code !== 'nobody-notified')
    .map(({ code, path, message, remedy }) => `${code} ${path}: ${message} → ${remedy}`);
}
const step = (type: string, file: string, more = '') =>
  `{ type: ${type}, params: { document: Acme, documentFile: ${file}${more} } }`;

const NAME_A_FILE = 'Name a file by its path relative to this one.';
const DECLARE = 'Declare actions in it by name, as under `actions`: `restart-orders: { type: … }`.';
const OR_ACCEPTS = 'Name a file by its path relative to this one, or write `accepts:` instead.';
const SAME_DOCUMENT =
  'Name the file with the content of the document that is run, or write `accepts:` instead.';
const IN_ACTION = 'actions.clear.params.documentFile';
const BOTH =
  '`documentFile` and `accepts` both say what the document accepts; one of them is allowed → Remove `accepts:`: it is read from the file.';

describe('a file that the configuration names', () => {
  it.each<readonly [string, Given, readonly string[]]>([
    [
      'of actions, that is not there',
      { files: 'gone.yaml' },
      [
        `unreadable-file actionFiles[0]: gone.yaml cannot be read (ENOENT: no such file, open 'gone.yaml') → ${NAME_A_FILE}`,
      ],
    ],
    [
      'of actions, that is a list',
      { files: 'list.yaml' },
      [`wrong-type actionFiles[0]: list.yaml does not hold a mapping of names to actions → ${DECLARE}`],
    ],
    [
      'of actions, that is empty',
      { files: 'empty.yaml' },
      [`wrong-type actionFiles[0]: empty.yaml does not hold a mapping of names to actions → ${DECLARE}`],
    ],
    [
      'of actions, that declares one again',
      { files: 'again.yaml' },
      [
        'conflicting-keys actionFiles[0]: again.yaml declares the action `clear`, which is declared already → Rename one of the two.',
      ],
    ],
    [
      'of a document, that is not there',
      { params: 'documentFile: gone.yaml' },
      [
        `unreadable-file ${IN_ACTION}: gone.yaml cannot be read (ENOENT: no such file, open 'gone.yaml') → ${OR_ACCEPTS}`,
      ],
    ],
    [
      'of a document, that is no document',
      { params: 'documentFile: text.yaml' },
      [
        `invalid-document ${IN_ACTION}: text.yaml is not a Command document of schema 2.2: expected a mapping (\`key: value\` lines) → ${SAME_DOCUMENT}`,
      ],
    ],
    [
      'of a document, that has no steps',
      { params: 'documentFile: idle.yaml' },
      [
        `invalid-document ${IN_ACTION}: idle.yaml is not a Command document of schema 2.2 at mainSteps: expected at least 1 entry → ${SAME_DOCUMENT}`,
      ],
    ],
    [
      'of a document, that is of another kind',
      { params: 'documentFile: automation.yaml' },
      [
        `invalid-document ${IN_ACTION}: automation.yaml is not a Command document of schema 2.2 at schemaVersion: expected 2.2 → ${SAME_DOCUMENT}`,
      ],
    ],
    [
      'of an automation, that is of another kind',
      { type: 'run_automation', params: 'documentFile: command.yaml' },
      [
        `invalid-document ${IN_ACTION}: command.yaml is not an Automation document of schema 0.3 at schemaVersion: expected 0.3 → ${SAME_DOCUMENT}`,
      ],
    ],
    ['of a document', { params: 'documentFile: command.yaml' }, []],
    ['of a document, in JSON', { params: 'documentFile: command.json' }, []],
    ['of an automation', { type: 'run_automation', params: 'documentFile: automation.yaml' }, []],
    ['of an automation, in a step', { steps: step('run_automation', 'automation.yaml') }, []],
    [
      'of a document, in a step that calls a declared automation',
      {
        type: 'run_automation',
        params: 'documentFile: automation.yaml',
        steps: '{ type: clear, params: { documentFile: command.yaml } }',
      },
      [
        `invalid-document strategies[0].actions[0].params.documentFile: command.yaml is not an Automation document of schema 0.3 at schemaVersion: expected 0.3 → ${SAME_DOCUMENT}`,
      ],
    ],
    [
      'of a document, beside what it accepts',
      { params: 'documentFile: command.yaml, accepts: {}' },
      [`conflicting-keys ${IN_ACTION}: ${BOTH}`],
    ],
    [
      'of a document, beside what it accepts, in a step and in a rollback',
      {
        steps: `{ type: clear }, ${step('run_document', 'command.yaml', ', accepts: {}')}`,
        rollback: `{ type: clear }, ${step('run_document', 'gone.yaml')}`,
      },
      [
        `conflicting-keys strategies[0].actions[1].params.documentFile: ${BOTH}`,
        `unreadable-file strategies[0].rollback.actions[1].params.documentFile: gone.yaml cannot be read (ENOENT: no such file, open 'gone.yaml') → ${OR_ACCEPTS}`,
      ],
    ],
  ])('is read, or refused with what to do: %s', (_, given, expected) => {
    expect(said(given, readFile)).toEqual(expected);
  });

  it('is refused with what the parser says of it where it is not YAML', () => {
    const [problem, ...others] = said({ params: 'documentFile: broken.yaml' }, readFile);
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^invalid-document actions\.clear\.params\.documentFile: broken\.yaml is neither YAML nor JSON: .+ → Correct the document\.$/s,
    );
  });

  it('cannot be read where nothing can', () => {
    expect(said({ params: 'documentFile: command.yaml' })).toEqual([
      `unreadable-file ${IN_ACTION}: command.yaml cannot be read (files cannot be read here) → ${OR_ACCEPTS}`,
    ]);
  });
});
