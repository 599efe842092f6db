import { describe, expect, it } from 'vitest';
import { lazyPort } from '../../../functions/runtime/lazy-port.ts';

describe('a port that is loaded with its first call', () => {
  interface Greeter {
    readonly greet: (name: string) => Promise<string>;
    readonly wave: () => Promise<string>;
  }

  function greeter() {
    const loads: string[] = [];
    const port = lazyPort<Greeter>(async () => {
      loads.push('loaded');
      return { greet: async (name) => `Hello, ${name}`, wave: async () => '👋' };
    });
    return { port, loads };
  }

  it('does not load before that call', () => {
    const { port, loads } = greeter();
    expect(port.greet).toBeTypeOf('function');
    expect(loads).toEqual([]);
  });

  it('loads once, however many of its methods are called', async () => {
    const { port, loads } = greeter();
    const { greet } = port;
    expect(await Promise.all([greet('Ada'), port.wave(), greet('Grace')])).toEqual([
      'Hello, Ada',
      '👋',
      'Hello, Grace',
    ]);
    expect(loads).toEqual(['loaded']);
  });

  it('can be the answer of an asynchronous function', async () => {
    const { port, loads } = greeter();
    expect(await Promise.resolve(port)).toBe(port);
    expect(loads).toEqual([]);
  });

  it('rejects with what its loading fails with', async () => {
    const port = lazyPort<Greeter>(() => Promise.reject(new Error('TABLE_NAME is missing')));
    await expect(port.wave()).rejects.toThrow('TABLE_NAME is missing');
  });
});
