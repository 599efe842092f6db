import { afterEach, describe, expect, it, vi } from 'vitest';
import { lazily } from '../../mutation/lazily.ts';

const stryker = (state: object) => vi.stubGlobal('__stryker__', state);

describe('a lazily built value, while mutants are tried', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is built once within a test', () => {
    const build = vi.fn(() => ({}));
    const value = lazily(build);
    stryker({ currentTestId: '1' });
    expect(value()).toBe(value());
    expect(build).toHaveBeenCalledOnce();
  });

  it.each([
    ['test', { currentTestId: '1' }, { currentTestId: '2' }],
    ['mutant', { activeMutant: '1' }, { activeMutant: '2' }],
  ])('is built again for another %s', (_, first, second) => {
    const value = lazily(() => ({}));
    stryker(first);
    const before = value();
    stryker(second);
    expect(value()).not.toBe(before);
  });

  it('is built where Stryker does not run', () => expect(lazily(() => 1)()).toBe(1));
});
