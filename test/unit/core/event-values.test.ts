import { describe, expect, it } from 'vitest';
import {
  figureOf,
  figuresIn,
  normalized,
  shortText,
  textOf,
} from '../../../functions/core/signal/event-values.ts';

describe('a text for people', () => {
  it.each([
    ['is kept up to its length', 'abcde', 'abcde'],
    ['is cut beyond it, with an ellipsis', 'abcdef', 'abcd…'],
    ['keeps a character of two halves that fits', 'ab😀ef', 'ab😀…'],
    ['keeps what follows one', '😀cdef', '😀cd…'],
    ['is cut before one that would be halved', 'abc😀f', 'abc…'],
    ['has one space for line breaks and control characters', 'a\r\n\tb', 'a b'],
    ['has no halves of characters', 'a\ud800b', 'a\ufffdb'],
    ['is not taken for short where only its beginning is, of control characters', '\n'.repeat(20), ' …'],
    ['is read up to twice its length', '\n'.repeat(10), ' '],
    ['is not read beyond', `${'\n'.repeat(10)}abc`, ' …'],
  ])('%s', (_, text, expected) => {
    expect(shortText(text, 5)).toBe(expected);
  });
});

describe('a value of an event', () => {
  it('loses the fields that are null as deeply as an event is read, and stays as it is further in', () => {
    const within = (levels: number): unknown => (levels === 0 ? { x: null } : { in: within(levels - 1) });
    const without = (levels: number): unknown => (levels === 0 ? {} : { in: without(levels - 1) });
    expect(normalized(within(7))).toStrictEqual(without(7));
    expect(normalized(within(8))).toStrictEqual(within(8));
  });
});

describe('any value as a text', () => {
  it.each([
    ['nothing', undefined, ''],
    ['null', null, ''],
    ['a text', 'a', 'a'],
    ['a number', 0, '0'],
    ['false', false, 'false'],
    ['a structure', { a: [null] }, '{"a":[null]}'],
  ])('writes %s as its text', (_, value, text) => {
    expect(textOf(value)).toBe(text);
  });

  it('says where a value is nested too deeply', () => {
    let nested: unknown = [];
    for (let depth = 0; depth < 200_000; depth += 1) nested = [nested];
    expect(textOf(nested)).toBe('(nested too deeply to be shown)');
  });
});

describe('a figure', () => {
  it.each([
    [7, 7],
    ['7', 7],
    [' +2. ', 2],
    ['-.5', -0.5],
    ['1.5e+3', 1_500],
    ['2E-2', 0.02],
    [2 ** 360, 2 ** 360],
    [-(2 ** 360), -(2 ** 360)],
    [2 ** -360, 2 ** -360],
    [2 ** -361, 0],
    [-(2 ** -361), 0],
  ])('can be read from %j', (value, figure) => {
    expect(figureOf(value)).toBe(figure);
  });

  it.each([
    2 ** 361,
    -(2 ** 361),
    Number.NaN,
    '+Inf',
    'n/a',
    '',
    '.',
    '1 %',
    'x1',
    '1e',
    true,
    null,
    [7],
    undefined,
  ])('cannot be read from %j', (value) => {
    expect(figureOf(value)).toBeUndefined();
  });

  it('drops out of several if it is not a number', () => {
    expect(figuresIn({ current: '0', threshold: 'n/a' })).toEqual({ current: 0 });
  });
});
