import { describe, expect, it } from 'vitest';
import {
  functionReference,
  parseFunctionReference,
} from '../../../../functions/core/actions/function-reference.ts';
import { protectionOf } from '../../../../functions/core/actions/protected-directories.ts';
import { needsSystemd } from '../../../../functions/core/actions/systemd-actions.ts';
import {
  hasLedger,
  sentValues,
  takesList,
  userDocument,
} from '../../../../functions/core/actions/user-document.ts';

const text = { type: 'String' };
const LEDGER = {
  ...{ operationId: 'op-1', stepId: 'heal-0', fence: '7', component: 'web', executionTimeout: '60' },
};

describe('a document of the user’s', () => {
  const given = () =>
    userDocument({
      document: 'acme-rebuild',
      accepts: { mode: text, operationId: text },
      parameters: { mode: 'fast', times: 3, isDry: false, hosts: ['a', 'b'] },
    });

  it('is given numbers and truths as text, and lists as they are', () => {
    expect(given()).toStrictEqual({
      name: 'acme-rebuild',
      accepts: { mode: text, operationId: text },
      values: { mode: 'fast', times: '3', isDry: 'false', hosts: ['a', 'b'] },
    });
  });

  it('receives of the step what it declares, and no more', () => {
    expect(sentValues(given(), LEDGER)).toStrictEqual({ ...given().values, operationId: 'op-1' });
  });

  it('knows a repetition by the operation and the step', () => {
    const knows = (...names: readonly string[]) =>
      hasLedger({ ...given(), accepts: Object.fromEntries(names.map((name) => [name, text])) });
    expect(knows('operationId', 'stepId')).toBe(true);
    expect(knows('operationId')).toBe(false);
    expect(knows('stepId')).toBe(false);
  });

  it.each([
    ['StringList', true],
    ['MapList', true],
    ['List<AWS::EC2::Instance::Id>', true],
    ['String', false],
    ['StringMap', false],
    ['AWS::SSM::List<String>', false],
  ])('takes a list by a parameter of the type %s: %s', (type, isList) => {
    expect(takesList({ type })).toBe(isList);
  });
});

describe('the work of a function', () => {
  const started = { functionName: 'rebuild:live', operationId: 'op-1', stepId: 'heal-0' };

  it.each([
    ['rebuild:live op-1/heal-0', started],
    ['rebuild:live op-1/heal-0 build-17', { ...started, reference: 'build-17' }],
    ['rebuild:live op-1/heal-0 the build 17', { ...started, reference: 'the build 17' }],
  ])('is kept as %s', (id, reference) => {
    expect(functionReference(reference)).toBe(id);
    expect(parseFunctionReference(id)).toStrictEqual(reference);
  });

  it('has empty parts where its reference lacks them', () => {
    expect(parseFunctionReference('rebuild:live')).toStrictEqual({
      ...{ functionName: 'rebuild:live', operationId: '', stepId: '' },
    });
  });
});

describe('a directory of temporary files', () => {
  it.each([
    ['/etc', 'belongs to the system'],
    ['/etc/app/tmp', 'belongs to the system'],
    ['/var/log', 'belongs to many services'],
    ['/home', 'is a person’s home'],
    ['/home/ann', 'is a person’s home'],
    ['/srv', 'is not at least two levels deep'],
    ['/homes', 'is not at least two levels deep'],
    ['/home/ann/tmp', undefined],
    ['/var/log/app', undefined],
    ['/etcetera/tmp', undefined],
    ['/srv/tmp', undefined],
  ])('may be %s, unless it %s', (path, why) => {
    expect(protectionOf(path)).toBe(why);
  });
});

it.each([
  ['isolate_network', undefined, true],
  ['isolate_network', 'redis', true],
  ['backup_db', 'redis', true],
  ['backup_db', 'postgresql', false],
  ['backup_db', undefined, false],
  ['graceful_stop', 'redis', false],
])('%s needs systemd on hosts with the database %s: %s', (action, engine, isNeeded) => {
  expect(needsSystemd(action, engine)).toBe(isNeeded);
});
