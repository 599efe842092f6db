import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../../local/embedded/event-bridge/event-pattern.ts';

const matches = (pattern: unknown, event: object) => compilePattern(pattern)(event);
const field = (pattern: unknown, value: unknown) => matches({ f: [pattern] }, { f: value });

describe('an event pattern', () => {
  it('requires every field that it names, and one of the values of each', () => {
    const pattern = { source: ['a', 'b'], detail: { state: { value: ['ALARM'] } } };
    expect(matches(pattern, { source: 'b', detail: { state: { value: 'ALARM', more: 1 } } })).toBe(true);
    expect(matches(pattern, { source: 'c', detail: { state: { value: 'ALARM' } } })).toBe(false);
    expect(matches(pattern, { source: 'a', detail: { state: {} } })).toBe(false);
    expect(matches(pattern, { source: 'a' })).toBe(false);
  });

  it('matches a list in the event by any of its elements', () => {
    expect(matches({ resources: ['two'] }, { resources: ['one', 'two'] })).toBe(true);
    expect(matches({ resources: ['three'] }, { resources: ['one', 'two'] })).toBe(false);
  });

  it('requires one object of a list to match as a whole', () => {
    const pattern = { list: { a: [1], b: [2] } };
    expect(matches(pattern, { list: [{ a: 1, b: 2 }] })).toBe(true);
    expect(
      matches(pattern, {
        list: [
          { a: 1, b: 0 },
          { a: 0, b: 2 },
        ],
      }),
    ).toBe(false);
  });

  it.each<[string, unknown, unknown, boolean]>([
    ['a text', 'x', 'x', true],
    ['a number is no text', 1, '1', false],
    ['null', null, null, true],
    ['a boolean', true, true, true],
    ['prefix', { prefix: 'self' }, 'selfheal', true],
    ['prefix', { prefix: 'heal' }, 'selfheal', false],
    ['prefix of a number', { prefix: '1' }, 12, false],
    ['prefix, any case', { prefix: { 'equals-ignore-case': 'SELF' } }, 'selfheal', true],
    ['suffix', { suffix: '.png' }, 'a.png', true],
    ['suffix, any case', { suffix: { 'equals-ignore-case': '.PNG' } }, 'a.pnG', true],
    ['equals-ignore-case', { 'equals-ignore-case': 'ALARM' }, 'alarm', true],
    ['wildcard', { wildcard: 'a*c*e' }, 'abcde', true],
    ['wildcard', { wildcard: 'a*c' }, 'abcd', false],
    ['wildcard takes a dot for a dot', { wildcard: 'a.c' }, 'abc', false],
    ['wildcard, escaped', { wildcard: 'a\\*c' }, 'a*c', true],
    ['wildcard, escaped', { wildcard: 'a\\*c' }, 'abc', false],
    ['numeric', { numeric: ['>', 0, '<=', 5] }, 5, true],
    ['numeric', { numeric: ['>', 0, '<=', 5] }, 0, false],
    ['numeric =', { numeric: ['=', 3] }, 3, true],
    ['numeric >= <', { numeric: ['>=', 3, '<', 4] }, 3, true],
    ['numeric of a text', { numeric: ['=', 3] }, '3', false],
    ['anything-but', { 'anything-but': 'Pending' }, 'Success', true],
    ['anything-but', { 'anything-but': 'Pending' }, 'Pending', false],
    ['anything-but a list', { 'anything-but': ['a', 'b'] }, 'b', false],
    ['anything-but a list of numbers', { 'anything-but': [1, 2] }, 1, false],
    ['anything-but a list of numbers', { 'anything-but': [1, 2] }, '1', true],
    ['wildcard, with an escaped backslash', { wildcard: 'a\\\\*' }, 'a\\b', true],
    ['anything-but a prefix', { 'anything-but': { prefix: 'us-' } }, 'eu-1', true],
    ['anything-but prefixes', { 'anything-but': { prefix: ['us-', 'eu-'] } }, 'eu-1', false],
    ['anything-but a suffix', { 'anything-but': { suffix: '.png' } }, 'a.png', false],
    ['anything-but a wildcard', { 'anything-but': { wildcard: '*/lib/*' } }, '/lib/', false],
    ['anything-but, any case', { 'anything-but': { 'equals-ignore-case': 'a' } }, 'A', false],
    ['exists', { exists: true }, 'x', true],
    ['exists', { exists: true }, null, true],
    ['exists not', { exists: false }, 'x', false],
  ])('%s: %o on %o: %s', (_, pattern, value, expected) => {
    expect(field(pattern, value)).toBe(expected);
  });

  it('requires the field to exist for `anything-but`, and to be absent for `exists: false`', () => {
    expect(matches({ f: [{ 'anything-but': 'x' }] }, {})).toBe(false);
    expect(matches({ f: [{ exists: false }] }, {})).toBe(true);
    expect(matches({ f: [{ exists: false }, 'x'] }, { f: 'x' })).toBe(true);
  });

  it('sees leaves only: an object with fields does not exist', () => {
    expect(matches({ f: [{ exists: false }] }, { f: { inner: 1 } })).toBe(true);
    expect(matches({ f: [{ exists: true }] }, { f: { inner: 1 } })).toBe(false);
    expect(matches({ f: { inner: [{ exists: false }] } }, { f: { inner: 1 } })).toBe(false);
  });

  it('has a field be absent from the object that the fields before it, by the alphabet, are in', () => {
    const list = [
      { b: 2, z: 0 },
      { a: 1, c: 3, b: 0 },
    ];
    expect(matches({ list: { b: [2], c: [{ exists: false }] } }, { list })).toBe(true);
    expect(matches({ list: { b: [0], c: [{ exists: false }] } }, { list })).toBe(false);
    // Nothing before it says which object is meant: none may have it.
    expect(matches({ list: { a: [{ exists: false }], b: [2] } }, { list })).toBe(false);
  });

  it('sees no more in an empty list or object than in a field that is not there', () => {
    for (const f of [[], {}, [[]]]) {
      expect(matches({ f: [{ exists: false }] }, { f })).toBe(true);
      expect(matches({ f: [{ exists: true }] }, { f })).toBe(false);
    }
  });

  it('requires fields of lists in lists to be in the same objects', () => {
    const event = {
      l: [
        { a: 1, m: [{ b: 1 }, { b: 2, c: 2 }] },
        { a: 2, m: [{ b: 3 }] },
      ],
    };
    expect(matches({ l: { a: [1], m: { b: [2], c: [2] } } }, event)).toBe(true);
    expect(matches({ l: { a: [1], m: { b: [1], c: [2] } } }, event)).toBe(false);
    expect(matches({ l: { a: [2], m: { b: [2] } } }, event)).toBe(false);
  });

  it('knows alternatives beside alternatives, within 1,000 combinations', () => {
    const either = (name: string) => ({ $or: [{ [`${name}1`]: [1] }, { [`${name}2`]: [1] }] });
    const pattern = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, either('x')]));
    expect(matches(pattern(2), { f0: { x1: 1 }, f1: { x2: 1 } })).toBe(true);
    expect(matches(pattern(2), { f0: { x1: 1 } })).toBe(false);
    expect(() => compilePattern(pattern(10))).toThrow('1024 combinations');
  });

  it('knows alternatives', () => {
    const pattern = { detail: { $or: [{ a: [1] }, { b: [{ prefix: 'x' }], c: [2] }] } };
    expect(matches(pattern, { detail: { a: 1 } })).toBe(true);
    expect(matches(pattern, { detail: { b: 'xy', c: 2 } })).toBe(true);
    expect(matches(pattern, { detail: { b: 'xy', c: 3 } })).toBe(false);
  });

  it.each<[unknown]>([
    [{}],
    [{ f: 'x' }],
    [{ f: [] }],
    [{ f: [{ cidr: '10.0.0.0/8' }] }],
    [{ f: [{ prefix: 1 }] }],
    [{ f: [{ prefix: 'a', suffix: 'b' }] }],
    [{ f: [{ numeric: ['>', 'x'] }] }],
    [{ f: [{ numeric: ['>'] }] }],
    [{ f: [{ exists: 'yes' }] }],
    [{ f: [{ exists: true, prefix: 'a' }] }],
    [{ f: [{ 'anything-but': { numeric: ['>', 1] } }] }],
    [{ f: [{ wildcard: 'a**b' }] }],
    [{ f: [{ wildcard: 'a\\b' }] }],
    [{ f: [{ wildcard: 'a\\' }] }],
    [{ f: [{ 'anything-but': { wildcard: ['a', 'b**'] } }] }],
    [{ f: [{ 'anything-but': ['a', 1] }] }],
    [{ f: [{ 'anything-but': [] }] }],
    [{ f: [{ 'anything-but': [true] }] }],
    [{ f: [{ 'anything-but': { prefix: '' } }] }],
    [{ f: [{ 'anything-but': { suffix: ['a', ''] } }] }],
    [{ f: [{ numeric: ['>', 5, '<', 5] }] }],
    [{ f: [{ numeric: ['>', 5, '<', 1] }] }],
    [{ f: [{ numeric: ['<', 5, '>', 1] }] }],
    [{ f: [{ numeric: ['=', 5, '<', 6] }] }],
    [{ f: [{ numeric: ['>', 5_000_000_001] }] }],
    [{ f: ['x'.repeat(2_040)] }],
    [{ f: ['x'], $or: [{ f: ['y'] }, { g: ['z'] }] }],
    [{ $or: [{ f: ['x'] }, {}] }],
    [{ f: [['x']] }],
    [{ $or: [{ f: ['x'] }] }],
    [null],
  ])('is refused when it is one that is not known: %o', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code: 'INVALID_EVENT_PATTERN' }));
  });
});
