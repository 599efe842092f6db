import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { wired } from '../../../functions/handlers/wired.ts';

const context = {} as Context;

describe('a wired handler', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is wired on its first invocation, once, so that importing it does nothing', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', '');
    const wire = vi.fn(() => (event: unknown) => event);
    const handler = wired(wire);
    expect(wire).not.toHaveBeenCalled();
    expect([handler(1, context), handler(2, context)]).toEqual([1, 2]);
    expect(wire).toHaveBeenCalledTimes(1);
  });

  it('is wired at once on Lambda, while the function starts', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'selfheal-act');
    const wire = vi.fn(() => (event: unknown) => event);
    wired(wire);
    expect(wire).toHaveBeenCalledTimes(1);
  });

  it.each(['act', 'conclude', 'reconcile', 'triage'])('is what the %s module has', async (name) => {
    const { handler } = (await import(`../../../functions/handlers/${name}.ts`)) as {
      readonly handler: unknown;
    };
    expect(handler).toBeTypeOf('function');
  });
});
