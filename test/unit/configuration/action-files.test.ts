import { describe, expect, it } from 'vitest';
import { withActionFiles } from '../../../functions/core/configuration/action-files.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { readYaml } from '../../../functions/core/configuration/yaml/yaml-source.ts';
import { configurationText } from './configuration-text.ts';

const FILES: Readonly<Record<string, string>> = {
  'actions/orders.yaml':
    '# the orders team\nrestart-orders: { type: invoke_function, params: { function: orders-restart, effect: restarts } }\n',
  'actions/search.yaml':
    'rebuild-index:\n  type: run_automation\n  params: { document: Acme-Rebuild, role: nobody }\n',
  'actions/twice.yaml': 'restart-orders: { type: invoke_function, params: { function: other } }\n',
  'actions/list.yaml': '- restart-orders\n',
  'actions/empty.yaml': '# nothing yet\n',
  'actions/broken.yaml': 'restart-orders: { type: invoke_function\n',
  'actions/clear.yaml':
    'clear: { type: run_document, params: { document: acme-clear, documentFile: documents/clear.yaml } }\n',
  'documents/clear.yaml': `schemaVersion: '2.2'
parameters: { mode: { type: String, default: all } }
mainSteps: [{ action: 'aws:runShellScript', name: clear, inputs: { runCommand: ['true'] } }]
`,
};

const load = (files: string, { step = 'restart-orders', actions = '' } = {}) =>
  loadConfiguration(
    configurationText({
      groups: `actionFiles: [${files}]\n${actions}`,
      components: `components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    health: { url: https://web.example.com/health }
    signals: [errors]
`,
      strategies: `strategies:\n  - { id: heal, trigger: { metrics: [errors] }, actions: [{ type: ${step} }] }`,
    }),
    'selfheal.yaml',
    (path) => {
      const text = FILES[path];
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return text;
    },
  );
const errorsOf = (loaded: ReturnType<typeof load>) =>
  loaded.ok ? [] : loaded.problems.filter(({ severity }) => severity === 'error');

describe('a file of actions', () => {
  it('declares actions beside those of the configuration', () => {
    const own = 'actions: { scale: { type: invoke_function, params: { function: scale } } }\n';
    for (const step of ['restart-orders', 'scale']) {
      const loaded = load('actions/orders.yaml', { step, actions: own });
      expect(errorsOf(loaded)).toEqual([]);
      expect(loaded.ok && loaded.compiled.strategies[0]?.actions[0]?.type).toBe('invoke_function');
    }
  });

  it('may name files with documents, relative to the configuration', () => {
    const loaded = load('actions/clear.yaml', { step: 'clear' });
    expect(loaded.ok && loaded.compiled.strategies[0]?.actions).toMatchObject([
      { type: 'run_document', params: { accepts: { mode: { type: 'String' } } } },
    ]);
  });

  it('has its mistakes reported where they are in it', () => {
    expect(errorsOf(load('actions/orders.yaml, actions/search.yaml'))).toMatchObject([
      {
        code: 'invalid-format',
        path: 'actions.rebuild-index.params.role',
        ...{ file: 'actions/search.yaml', line: 3 },
      },
    ]);
  });

  it.each([
    ['is not there', 'actions/missing.yaml', 'unreadable-file', 'selfheal.yaml', 'ENOENT'],
    ['is a list', 'actions/list.yaml', 'wrong-type', 'selfheal.yaml', 'does not hold a mapping'],
    ['is empty', 'actions/empty.yaml', 'wrong-type', 'selfheal.yaml', 'does not hold a mapping'],
    ['is no YAML', 'actions/broken.yaml', 'yaml-syntax', 'actions/broken.yaml', ''],
    [
      'declares an action a second time',
      'actions/orders.yaml, actions/twice.yaml',
      'conflicting-keys',
      'selfheal.yaml',
      'actions/twice.yaml declares the action `restart-orders`, which is declared already',
    ],
  ])('is refused if it %s', (_what, files, code, file, message) => {
    expect(errorsOf(load(files))).toContainEqual(
      expect.objectContaining({ code, file, message: expect.stringContaining(message) }),
    );
  });
});

/** A configuration with the actions of its files, none of which the schema has seen yet. */
function withFiles(text: string, files: Readonly<Record<string, string>> = FILES) {
  return withActionFiles(readYaml(text, 'selfheal.yaml'), (path) => {
    const file = files[path];
    if (file === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
    return file;
  });
}

describe('what cannot be read as actions', () => {
  it.each([
    ['no list of files', 'actionFiles: actions/orders.yaml\n', { actionFiles: 'actions/orders.yaml' }],
    ['a file that is not named by a text', 'actionFiles: [7]\n', { actionFiles: [7], actions: {} }],
    [
      'actions that are a list',
      'actionFiles: [actions/orders.yaml]\nactions: [one]\n',
      { actionFiles: ['actions/orders.yaml'], actions: ['one'] },
    ],
    ['a configuration that is a list', '- actionFiles: []\n', [{ actionFiles: [] }]],
  ])('stays for the schema to refuse: %s', (_, text, document) => {
    expect(withFiles(text)).toMatchObject({ document, findings: [], problems: [] });
  });

  it('is a file of which only a part is YAML', () => {
    const { findings, problems } = withFiles('actionFiles: [broken.yaml]\n', {
      'broken.yaml': 'restart: { type: invoke_function\n',
    });
    expect(findings).toEqual([]);
    expect(problems).toMatchObject([{ code: 'yaml-syntax', file: 'broken.yaml' }]);
  });
});

describe('the place of a mistake', () => {
  const { place } = withFiles('groups: { restart-orders: {} }\nactionFiles: [actions/orders.yaml]\n');
  const placeOf = (...path: readonly (string | number)[]) => {
    const {
      file,
      line,
      path: named,
    } = place({
      ...{ severity: 'error', code: 'wrong-type', path, value: '' },
      ...{ message: 'It is of a wrong type.', remedy: 'Change it.' },
    });
    return [file, line, named];
  };

  it('is in the file of the action', () => {
    expect(placeOf('actions', 'restart-orders', 'type')).toEqual([
      ...['actions/orders.yaml', 2, 'actions.restart-orders.type'],
    ]);
  });

  it('is in the configuration for all else, even under the name of an action', () => {
    expect(placeOf('groups', 'restart-orders')).toEqual(['selfheal.yaml', 1, 'groups.restart-orders']);
    expect(placeOf('actionFiles', 0)).toEqual(['selfheal.yaml', 2, 'actionFiles[0]']);
    expect(placeOf('actions', 'scale')).toMatchObject(['selfheal.yaml', 1, 'actions.scale']);
    expect(placeOf('actions')).toMatchObject(['selfheal.yaml', 1, 'actions']);
  });
});

const accepting = (accepts: string, parameters: string) =>
  loadConfiguration(
    configurationText({
      groups: `actions:\n  restart: { type: invoke_function, params: { function: restart, accepts: { ${accepts} }, effect: none } }\n`,
      strategies: `strategies:\n  - { id: heal, trigger: { metrics: [memory] }, actions: [{ type: restart, params: { parameters: { ${parameters} } } }] }`,
    }),
    'selfheal.yaml',
  );

describe('the parameters that a function accepts', () => {
  const MODE =
    'mode: { type: String, allowedValues: [soft, hard] }, wait: { type: Integer, default: 5 }, share: { type: Number, default: 1 }, force: { type: Boolean, default: false }';

  it.each(['mode: soft', 'mode: hard, wait: 3, share: 0.5, force: true'])('may be %s', (parameters) => {
    expect(errorsOf(accepting(MODE, parameters))).toEqual([]);
  });

  it.each([
    ['mode: slow', 'does not accept `mode` "slow": it is not one of soft, hard'],
    ['mode: soft, wait: 0.5', 'does not accept `wait` 0.5: it is of type Integer'],
    ['mode: soft, share: half', 'does not accept `share` "half": it is of type Number'],
    ["mode: soft, force: 'yes'", 'does not accept `force` "yes": it is of type Boolean'],
    ['mode: soft, level: 3', 'does not accept `level` 3: it is not a parameter of the function'],
    ['wait: 3', 'does not accept `mode`: it is needed'],
  ])('are checked before anything is deployed: %s', (parameters, message) => {
    expect(errorsOf(accepting(MODE, parameters))).toMatchObject([
      {
        code: 'parameter-refused',
        path: 'strategies[0].actions[0].type',
        message: expect.stringContaining(message),
      },
    ]);
  });

  it('have to match their pattern, which RE2 has to understand', () => {
    expect(
      errorsOf(accepting("name: { type: String, allowedPattern: '^[a-z]+$' }", 'name: A')),
    ).toMatchObject([{ message: expect.stringContaining('does not match ^[a-z]+$') }]);
    expect(errorsOf(accepting("name: { type: String, allowedPattern: '(?=a)' }", 'name: a'))).toMatchObject([
      { message: expect.stringContaining('RE2 refuses it') },
    ]);
  });
});
