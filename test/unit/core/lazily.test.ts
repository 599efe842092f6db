import { describe, expect, it, vi } from 'vitest';
import { lazily } from '../../../functions/core/lazily.ts';

describe('a lazily built value', () => {
  it('is built when it is first asked for, and then kept', () => {
    const build = vi.fn(() => ({ kept: true }));
    const value = lazily(build);
    expect(build).not.toHaveBeenCalled();
    expect(value()).toEqual({ kept: true });
    expect(value()).toBe(value());
    expect(build).toHaveBeenCalledOnce();
  });

  it('is not built again where it is undefined', () => {
    const build = vi.fn(() => undefined);
    const value = lazily(build);
    value();
    value();
    expect(build).toHaveBeenCalledOnce();
  });
});
