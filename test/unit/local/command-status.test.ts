import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate, type InvocationDetail, isFinal, limitOf } from '../../../local/ssm/command-status.ts';
import { substitute } from '../../../local/ssm/parameters.ts';

const details: InvocationDetail[] = [
  'Pending',
  'InProgress',
  'Cancelling',
  'Success',
  'Failed',
  'DeliveryTimedOut',
  'ExecutionTimedOut',
  'Cancelled',
  'Undeliverable',
  'Terminated',
];

describe('the status of a command', () => {
  it.each<[InvocationDetail[], number, string]>([
    [[], 0, 'NoInstancesInTag'],
    [['Pending', 'Pending'], 0, 'Pending'],
    [['Pending', 'InProgress'], 0, 'InProgress'],
    [['Success', 'Success'], 0, 'Success'],
    [['Success', 'DeliveryTimedOut'], 0, 'Success'],
    [['DeliveryTimedOut', 'DeliveryTimedOut'], 0, 'DeliveryTimedOut'],
    [['Undeliverable'], 0, 'Undeliverable'],
    [['Failed', 'Success'], 0, 'Failed'],
    [['Failed', 'Success'], 1, 'Incomplete'],
    [['Failed', 'Terminated'], 0, 'Failed'],
    [['ExecutionTimedOut'], 0, 'ExecutionTimedOut'],
    [['Cancelled', 'Success'], 0, 'Cancelled'],
    [['Cancelling', 'Success'], 0, 'Cancelling'],
  ])('a command of %o with MaxErrors %i is %s', (invocations, maxErrors, expected) => {
    expect(aggregate(invocations, maxErrors)).toBe(expected);
  });

  it('does not depend on the order of the nodes, and is final only when all of them are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...details), { minLength: 1 }),
        fc.nat(3),
        (invocations, maxErrors) => {
          const whole = aggregate(invocations, maxErrors);
          expect(aggregate([...invocations].reverse(), maxErrors)).toBe(whole);
          expect(['Pending', 'InProgress', 'Cancelling'].includes(whole)).toBe(!invocations.every(isFinal));
        },
      ),
    );
  });

  it.each([
    ['50', 3, 1, 50],
    ['50%', 3, 1, 1],
    ['10%', 3, 1, 1],
    ['10%', 3, 0, 0],
    ['100%', 3, 1, 3],
    ['101%', 3, 1, undefined],
    ['-1', 3, 1, undefined],
    ['many', 3, 1, undefined],
  ])('reads %s of %i nodes, at least %i, as %s', (text, nodes, minimum, expected) => {
    expect(limitOf(text, nodes, minimum)).toBe(expected);
  });

  it('replaces a parameter once and leaves unknown names', () => {
    expect(substitute('a {{ x }} {{y}} {{ z }}', { x: ['{{ y }}'], y: ['1'] })).toBe('a {{ y }} 1 {{ z }}');
  });

  it('replaces a list by its JSON, as the agent does', () => {
    const parameters = { x: { type: 'StringList' } } as const;
    expect(substitute('{{ x }}', { x: ['a', '<b>'] }, parameters)).toBe('["a","\\u003cb\\u003e"]');
  });

  it.each([
    ['$$5', '$5'],
    ['a$b.c', 'a.c'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is Go's syntax
    ['${x}y', 'y'],
    ['$0', '{{ x }}'],
    ['5$', '5$'],
  ])('expands %s as Go does, to %s', (value, expected) => {
    expect(substitute('{{ x }}', { x: [value] })).toBe(expected);
  });
});
