import { describe, expect, it } from 'vitest';
import {
  aliasName,
  describePointer,
  heldVersion,
  rolledBack,
} from '../../../../functions/core/target/lambda-alias.ts';

const at = (version: string, weights: Record<string, number> = {}) => ({ version, weights });
/** Versions, each with other code. */
const released = (...versions: readonly string[]) =>
  versions.map((version) => ({ version, settings: { rest: `code ${version}` } }));
const copyOf = (original: string, version: string) => ({
  version,
  settings: { rest: `code ${original}` },
  isCopy: true as const,
});

describe('a rollback of an alias', () => {
  it('goes to the newest version before the current one that still exists', () => {
    expect(rolledBack(at('11'), released('2', '9', '11', '12'))).toEqual(at('9'));
  });

  it('goes back from a version that was deleted meanwhile', () => {
    expect(rolledBack(at('5'), released('3', '4'))).toEqual(at('4'));
  });

  it('compares versions as numbers', () => {
    expect(rolledBack(at('10'), released('1', '2', '9', '10'))).toEqual(at('9'));
  });

  it('passes over the original of a copy with other settings, which has the same code', () => {
    const versions = [...released('3', '4'), copyOf('4', '5'), copyOf('4', '6')];
    expect(rolledBack(at('6'), versions)).toEqual(at('3'));
    expect(rolledBack(at('6'), versions.slice(1))).toEqual({
      problem: 'no version with other code before 6 is left; the function has 4, 5, 6',
    });
  });

  it('goes to a copy if what came after it is other code, or to the same code with settings of people', () => {
    expect(rolledBack(at('6'), [...released('4'), copyOf('4', '5'), ...released('6')])).toEqual(at('5'));
    const { isCopy: _, ...byPeople } = copyOf('4', '5');
    expect(rolledBack(at('5'), [...released('3', '4'), byPeople])).toEqual(at('4'));
  });

  it.each([
    ['begins', at('4', { 5: 0.1 })],
    ['is nearly through', at('4', { 5: 0.9 })],
    ['points to the new version, and leaves the old one a share', at('5', { 4: 0.95 })],
    ['points to the new version, which gets nothing until it is ready', at('5', { 4: 1 })],
  ])('ends a rollout that %s, and leaves the older version', (_how, pointer) => {
    expect(rolledBack(pointer, released('3', '4', '5'))).toEqual(at('4'));
  });

  it('compares the versions of a rollout as numbers', () => {
    expect(rolledBack(at('10', { 9: 1 }), released('8', '9', '10'))).toEqual(at('9'));
  });

  it('goes to the version that the strategy names, with all requests', () => {
    expect(rolledBack(at('5', { 6: 0.5 }), released('2', '5', '6'), '2')).toEqual(at('2'));
  });

  it.each([
    ['a version that does not exist', at('5'), ['4', '5'], '3', 'no version 3; it has 4, 5'],
    ['no version before the current one', at('4'), ['4', '5'], undefined, 'no version before 4 is left'],
    ['an alias on unpublished code', at('$LATEST'), ['4'], undefined, 'only published versions'],
    ['a function without versions', at('1'), [], undefined, 'the function has none'],
  ])('says why it cannot: %s', (_what, pointer, published, named, problem) => {
    expect(rolledBack(pointer, released(...published), named)).toEqual({
      problem: expect.stringContaining(problem),
    });
  });

  it('lists the last ten versions at most', () => {
    const problem = (count: number) => {
      const published = Array.from({ length: count }, (_, index) => String(index + 1));
      const found = rolledBack(at('5'), released(...published), '99');
      return 'problem' in found && found.problem;
    };
    expect(problem(10)).toBe('the function has no version 99; it has 1, 2, 3, 4, 5, 6, 7, 8, 9, 10');
    expect(problem(11)).toBe('the function has no version 99; it has …, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11');
  });

  it('takes a version for held only where it gets all requests', () => {
    expect(heldVersion(at('4', { 5: 1 }))).toBe('5');
    expect(heldVersion(at('4', { 5: 0.99 }))).toBeUndefined();
    expect(heldVersion(at('4'))).toBeUndefined();
  });

  it('is of a function and an alias, by its id', () => {
    expect(aliasName('orders:live')).toEqual({ functionName: 'orders', alias: 'live' });
    expect(aliasName('orders')).toEqual({ functionName: 'orders', alias: '' });
  });

  it('describes shares as people do', () => {
    expect(describePointer(at('4', { 5: 0.1 }))).toBe('version 4 and 10 % of version 5');
  });
});
