import { describe, expect, it } from 'vitest';
import { withDeclaredActions } from '../../../functions/core/configuration/declared-actions.ts';

const CLEAR = {
  type: 'run_document',
  params: { document: 'acme-clear', parameters: { mode: 'soft', level: 1 } },
  timeoutSeconds: 90,
};

/** The steps of a strategy once those called by the name `clear` are written out. */
function writtenOut(actions: unknown, declared: unknown = { clear: CLEAR }): unknown {
  const document = withDeclaredActions({ actions: declared, strategies: [{ id: 'heal', actions }] });
  const { strategies } = document as { strategies: readonly { actions: unknown }[] };
  return strategies[0]?.actions;
}

describe('a step called by its name', () => {
  it('is written out, with what it says itself on top', () => {
    const step = {
      type: 'clear',
      params: { effect: 'none', parameters: { level: 2, force: true } },
      timeoutSeconds: 30,
    };
    expect(writtenOut([step])).toEqual([
      {
        type: 'run_document',
        params: {
          document: 'acme-clear',
          effect: 'none',
          parameters: { mode: 'soft', level: 2, force: true },
        },
        timeoutSeconds: 30,
      },
    ]);
  });

  it('has no params if neither it nor its declaration has any', () => {
    const declared = { check: { type: 'health_check' } };
    expect(writtenOut([{ type: 'check' }], declared)).toStrictEqual([{ type: 'health_check' }]);
  });

  it('has no parameters if neither it nor its declaration has any', () => {
    const declared = { clear: { type: 'run_document', params: { document: 'acme-clear' } } };
    expect(writtenOut([{ type: 'clear', params: { effect: 'none' } }], declared)).toStrictEqual([
      { type: 'run_document', params: { document: 'acme-clear', effect: 'none' } },
    ]);
  });

  it.each([
    ['the step’s', { type: 'clear', params: 'all' }, 'all'],
    ['the declaration’s, if the step has none,', { type: 'clear', params: null }, CLEAR.params],
  ])('keeps params of a wrong type for the schema to refuse: %s win', (_, step, params) => {
    expect(writtenOut([step])).toMatchObject([{ params }]);
  });

  it('keeps params of a declaration that are of a wrong type', () => {
    expect(writtenOut([{ type: 'clear' }], { clear: { ...CLEAR, params: 'all' } })).toMatchObject([
      { type: 'run_document', params: 'all' },
    ]);
  });

  it('is written out in a rollback plan, too', () => {
    const strategies = [{ rollback: { verify: false, actions: [{ type: 'clear' }] } }];
    expect(withDeclaredActions({ actions: { clear: CLEAR }, strategies })).toEqual({
      actions: { clear: CLEAR },
      strategies: [{ rollback: { verify: false, actions: [CLEAR] } }],
    });
  });
});

describe('what is of a wrong shape', () => {
  it.each([
    ['a step that is a text', 'clear'],
    ['a step without a type', { params: {} }],
    ['a type that is a list', { type: ['clear'] }],
    ['a type that is a number', { type: 0 }],
    ['a name that is not declared', { type: 'other' }],
    ['the name of what every object has', { type: 'constructor' }],
  ])('stays for the schema to refuse: %s', (_, step) => {
    expect(writtenOut([step])).toEqual([step]);
  });

  it.each([
    ['no document', undefined],
    ['a list', [{ clear: CLEAR }]],
    ['actions that are a list', { actions: [CLEAR], strategies: [{ actions: [{ type: '0' }] }] }],
    ['strategies that are a mapping', { actions: { clear: CLEAR }, strategies: { heal: {} } }],
    ['no actions', { strategies: [{ actions: [{ type: 'clear' }] }] }],
  ])('leaves a document as it is: %s', (_, document) => {
    expect(withDeclaredActions(document)).toBe(document);
  });

  it.each([
    ['a strategy that is a text', 'heal'],
    ['actions that are a mapping', { id: 'heal', actions: { type: 'clear' } }],
    ['a rollback plan that is a list', { id: 'heal', rollback: [{ actions: [] }] }],
    ['a rollback plan without actions', { id: 'heal', rollback: { verify: false } }],
  ])('stays in its strategy: %s', (_, strategy) => {
    expect(withDeclaredActions({ actions: { clear: CLEAR }, strategies: [strategy] })).toEqual({
      actions: { clear: CLEAR },
      strategies: [strategy],
    });
  });
});
