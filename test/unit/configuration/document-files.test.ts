import { describe, expect, it } from 'vitest';
import { withDocumentFiles } from '../../../functions/core/configuration/document-files.ts';

const COMMAND = {
  schemaVersion: '2.2',
  parameters: { mode: { type: 'String' } },
  mainSteps: [{ action: 'aws:runShellScript' }],
};
const AUTOMATION = { ...COMMAND, schemaVersion: '0.3' };

const contentOf = (content: unknown) => () => JSON.stringify(content);
const step = (type: unknown) => ({ type, params: { documentFile: 'acme.json' } });
const ACCEPTS = { params: { accepts: { mode: { type: 'String' } } } };

describe('a step with the file of its document', () => {
  it.each([
    ['an action', { actions: { clear: step('run_document') } }, { actions: { clear: ACCEPTS } }],
    [
      'a strategy',
      { strategies: [{ actions: [step('run_document')] }] },
      { strategies: [{ actions: [ACCEPTS] }] },
    ],
    [
      'a rollback plan',
      { strategies: [{ rollback: { verify: false, actions: [step('run_document')] } }] },
      { strategies: [{ rollback: { verify: false, actions: [ACCEPTS] } }] },
    ],
  ])('accepts what the file says: in %s', (_, configuration, expected) => {
    const { document, findings } = withDocumentFiles(configuration, contentOf(COMMAND));
    expect(document).toMatchObject(expected);
    expect(findings).toEqual([]);
  });

  it('runs an Automation if the action that it names does', () => {
    const configuration = {
      actions: { rebuild: { type: 'run_automation', params: {} } },
      strategies: [{ actions: [step('rebuild')] }],
    };
    expect(withDocumentFiles(configuration, contentOf(AUTOMATION)).findings).toEqual([]);
    expect(withDocumentFiles(configuration, contentOf(COMMAND)).findings).toMatchObject([
      { code: 'invalid-document', path: ['strategies', 0, 'actions', 0, 'params', 'documentFile'] },
    ]);
  });

  it.each([
    [
      'is of another kind',
      AUTOMATION,
      /^acme\.json is not a Command document of schema 2\.2 at schemaVersion: \S/,
    ],
    [
      'has a parameter of no type',
      { ...COMMAND, parameters: { mode: {} } },
      /^acme\.json is not a Command document of schema 2\.2 at parameters\.mode\.type: \S/,
    ],
    ['is a list', [COMMAND], /^acme\.json is not a Command document of schema 2\.2: \S/],
  ])('says where its file goes wrong if that %s', (_, content, message) => {
    const { findings } = withDocumentFiles({ actions: { clear: step('run_document') } }, contentOf(content));
    expect(findings).toMatchObject([
      { code: 'invalid-document', message: expect.stringMatching(message), value: 'acme.json' },
    ]);
  });
});

describe('what has no steps', () => {
  it.each([
    ['no mapping', ['strategies']],
    ['actions that are a list', { actions: [step('run_document')] }],
    ['a strategy that is a text', { strategies: ['heal'] }],
    ['a strategy without actions', { strategies: [{ id: 'heal' }] }],
    ['a strategy whose actions are a text', { strategies: [{ actions: 'clear' }] }],
    ['a rollback plan without actions', { strategies: [{ rollback: { verify: false } }] }],
    ['a rollback plan that is a text', { strategies: [{ rollback: 'none' }] }],
    ['a file that is not named by a text', { actions: { clear: { params: { documentFile: 7 } } } }],
  ])('stays for the schema to refuse: %s', (_, configuration) => {
    expect(withDocumentFiles(configuration, contentOf(COMMAND))).toStrictEqual({
      document: configuration,
      findings: [],
    });
  });
});

it('takes an action of an unreadable type for one that runs a command', () => {
  for (const type of [undefined, ['run_automation'], 7]) {
    const { findings } = withDocumentFiles({ actions: { clear: step(type) } }, contentOf(AUTOMATION));
    expect(findings).toMatchObject([{ message: expect.stringContaining('is not a Command document') }]);
  }
});
