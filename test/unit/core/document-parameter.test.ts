import { describe, expect, it } from 'vitest';
import { patternFault, valueFault } from '../../../functions/core/actions/document-parameter.ts';

describe('a pattern of a document parameter', () => {
  it.each([
    '^[a-z]{1,1000}$',
    '^([a-z]{1,90}){0,11}$',
    '^(a|b)$',
    '^a[|]b$',
    '^a\\|b$',
    '^(?:a|b)(c|d)?$',
    '^a\\\\$',
    '^[]|]$',
    '^[a|b]$',
    '^$',
  ])('%s is sound', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  it.each([
    ['^(,/[a-z]{1,400}){0,9}$', 'RE2 refuses it: error parsing regexp: invalid repeat count: `{0,9}`'],
    ['^[a-z]{1,1001}$', 'RE2 refuses it: error parsing regexp: invalid repeat count: `{1,1001}`'],
    ['^(?=a)a$', 'RE2 refuses it: error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['^(a)\\1$', 'RE2 refuses it: error parsing regexp: invalid escape sequence: `\\1`'],
    ['^(a$', 'RE2 refuses it: error parsing regexp: missing closing ): `^(a$`'],
  ])('%s is refused, as RE2 refuses it', (pattern, fault) => {
    expect(patternFault(pattern)).toBe(fault);
  });

  it.each([
    '[a-z]+',
    '^[a-z]+',
    '[a-z]+$',
    '^a|b$',
    'a^b$',
    '^a$b',
    '^(a)|(b)$',
    '^a\\$',
    '^a\\\\\\$',
    '^[a]|[b]$',
  ])('%s is refused, for it is not anchored', (pattern) => {
    expect(patternFault(pattern)).toBe('it is not anchored as a whole: write ^(…)$');
  });
});

describe('a value of a document parameter', () => {
  it('matches its pattern anywhere in the text, as for the agent', () => {
    expect(valueFault({ type: 'String', allowedPattern: 'b' }, 'abc')).toBeUndefined();
  });

  it('has its length in UTF-8 bytes', () => {
    expect(valueFault({ type: 'String', maxChars: 2 }, 'é')).toBeUndefined();
    expect(valueFault({ type: 'String', maxChars: 2 }, 'éa')).toBe(
      'has 3 characters, more than the maximum of 2',
    );
    expect(valueFault({ type: 'String', minChars: 2 }, 'a')).toBe(
      'has 1 characters, fewer than the minimum of 2',
    );
    expect(valueFault({ type: 'String', minChars: 2, maxChars: 2 }, 'ab')).toBeUndefined();
  });

  it('has to be exactly one of the allowed values', () => {
    const parameter = { type: 'String', allowedValues: ['start', 'restart'] } as const;
    expect(valueFault(parameter, 'start')).toBeUndefined();
    expect(valueFault(parameter, 'Start')).toBe('is not one of start, restart');
  });

  it('ends where its pattern ends, line breaks included', () => {
    expect(valueFault({ type: 'String', allowedPattern: '^a$' }, 'a\n')).toBe('does not match ^a$');
  });
});
