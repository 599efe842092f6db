import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';
import type { FunctionDefinition } from '../../../../../local/embedded/lambda/lambda-function.ts';
import { createLambdaService, type LambdaDeps } from '../../../../../local/embedded/lambda/lambda-service.ts';
import { createIds, createSeededRandom } from '../../../../../local/embedded/random/seeded-random.ts';

type Store = { readonly write: (text: string) => Promise<string> };
type Handler = (
  deps: { readonly store: Store; readonly clock: Pick<LambdaDeps['clock'], 'sleep'> },
  event: never,
) => unknown;

function createLab(handler: Handler, more: Partial<FunctionDefinition> = {}, deps: Partial<LambdaDeps> = {}) {
  const clock = createVirtualClock(0);
  const random = createSeededRandom(1);
  const defects: unknown[] = [];
  const written: string[] = [];
  let sandboxes = 0;
  const store: Store = {
    write: async (text) => {
      written.push(text);
      return text;
    },
  };
  const lambda = createLambdaService({
    clock,
    random,
    newId: createIds(random),
    onDefect: (error) => defects.push(error),
    ...deps,
  });
  lambda.createFunction({
    functionName: 'work',
    timeoutSeconds: 10,
    memoryMiB: 128,
    createHandler: (sandbox) => {
      sandboxes += 1;
      const guarded = sandbox.guard({ store, clock });
      return (event) => handler(guarded, event as never);
    },
    ...more,
  });
  /** Invokes, and lets time pass until there is an answer. */
  const invoke = async (payload: unknown = {}) => {
    const answer = lambda.invoke('work', payload);
    await clock.runUntilIdle(1e9);
    return await answer;
  };
  return { clock, lambda, written, defects, invoke, sandboxes: () => sandboxes };
}

describe('a function', () => {
  it('accepts and returns JSON', async () => {
    const { invoke } = createLab((_, event) => ({ was: event, at: new Date(0), none: undefined }));
    expect(await invoke({ a: undefined, b: [undefined], c: new Date(0) })).toEqual({
      payload: { was: { b: [null], c: '1970-01-01T00:00:00.000Z' }, at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('answers null if its handler returns nothing', async () => {
    expect(await createLab(() => undefined).invoke()).toEqual({ payload: null });
  });

  it('ends with its error: the name as type, and the message', async () => {
    const { invoke } = createLab(() => {
      throw Object.assign(new Error('throttled'), { name: 'StoreUnavailable' });
    });
    expect((await invoke()).functionError).toMatchObject({
      errorType: 'StoreUnavailable',
      errorMessage: 'throttled',
    });
  });

  it('ends with Sandbox.Timedout, and no longer has an effect', async () => {
    const lab = createLab(async ({ store, clock }) => {
      await store.write('before');
      await clock.sleep(11_000);
      await store.write('after');
    });
    const { functionError } = await lab.invoke();
    expect(functionError?.errorType).toBe('Sandbox.Timedout');
    expect(functionError?.errorMessage).toMatch(/Task timed out after 10.00 seconds$/);
    await lab.clock.advance(60_000);
    expect(lab.written).toEqual(['before']);
  });

  it('has what it requested carried out, though it ends before the answer', async () => {
    const carriedOut: number[] = [];
    const lab = createLab(() => undefined, {
      createHandler: (sandbox) => {
        const write = async () => {
          await lab.clock.sleep(20_000);
          carriedOut.push(lab.clock.nowMs());
        };
        const { store } = sandbox.guard({ store: { write } });
        return async () => {
          await store.write();
          await store.write();
        };
      },
    });
    expect((await lab.invoke()).functionError?.errorType).toBe('Sandbox.Timedout');
    expect(carriedOut).toEqual([20_000]);
  });

  it('uses a sandbox again, but none that has died', async () => {
    const lab = createLab(async ({ clock }, { seconds }: { readonly seconds: number }) => {
      await clock.sleep(seconds * 1_000);
    });
    for (const seconds of [1, 1, 20, 1]) await lab.invoke({ seconds });
    expect(lab.sandboxes()).toBe(2);
  });

  it('runs in a sandbox of its own while another runs', async () => {
    const lab = createLab(async ({ clock }) => await clock.sleep(1_000));
    await Promise.all([lab.invoke(), lab.lambda.invoke('work', {})]);
    expect(lab.sandboxes()).toBe(2);
  });

  it('has no room beyond its reserved concurrency', async () => {
    const lab = createLab(async ({ clock }) => await clock.sleep(1_000), { reservedConcurrency: 1 });
    const first = lab.lambda.invoke('work', {});
    await expect(lab.lambda.invoke('work', {})).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    await lab.clock.runUntilIdle(10_000);
    expect(await first).toEqual({ payload: null });
  });

  it('does not exist under another name', async () => {
    await expect(createLab(() => 1).lambda.invoke('other', {})).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it.each([
    ['before', []],
    ['after', ['effect']],
  ])('can be crashed %s a call', async (when, written) => {
    const lab = createLab(
      ({ store }) => store.write('effect'),
      {},
      {
        interceptCall: async ({ port, method }, proceed, crash) => {
          expect([port, method]).toEqual(['store', 'write']);
          if (when === 'after') await proceed();
          return await crash();
        },
      },
    );
    expect((await lab.invoke()).functionError?.errorType).toBe('Runtime.ExitError');
    expect(lab.written).toEqual(written);
  });

  it('can be run twice, or kept from running', async () => {
    const lab = createLab(
      ({ store }) => store.write('effect'),
      {},
      {
        interceptInvocation: async (_, proceed) => {
          await proceed();
          return await proceed();
        },
      },
    );
    expect(await lab.invoke()).toEqual({ payload: 'effect' });
    expect(lab.written).toEqual(['effect', 'effect']);
  });
});

describe('an event', () => {
  const failing = (times: number) => {
    let left = times;
    return createLab(({ store }) => {
      left -= 1;
      if (left >= 0) throw new Error('not yet');
      return store.write('done');
    });
  };

  it('is retried after one minute, then after two', async () => {
    const lab = failing(2);
    lab.lambda.invokeAsynchronously('work', {});
    await lab.clock.runUntilIdle(1e9);
    expect([lab.written, lab.clock.nowMs()]).toEqual([['done'], 180_000]);
  });

  it('goes to its destination when its retries are spent', async () => {
    const lab = failing(9);
    const records: string[] = [];
    lab.lambda.putEventInvokeConfig('work', {
      maximumRetryAttempts: 1,
      onFailure: (record) => records.push(record),
    });
    lab.lambda.invokeAsynchronously('work', { a: 1 });
    await lab.clock.runUntilIdle(1e9);
    expect(records.map((record) => JSON.parse(record))).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
        requestPayload: { a: 1 },
        responsePayload: { errorType: 'Error', errorMessage: 'not yet' },
      },
    ]);
  });

  it('is given up when it is too old', async () => {
    const lab = failing(9);
    const records: string[] = [];
    const onFailure = (record: string) => records.push(record);
    lab.lambda.putEventInvokeConfig('work', {
      maximumEventAgeSeconds: 60,
      maximumRetryAttempts: 2,
      onFailure,
    });
    lab.lambda.invokeAsynchronously('work', {});
    await lab.clock.runUntilIdle(1e9);
    expect(JSON.parse(records[0] ?? '')).toMatchObject({ requestContext: { condition: 'EventAgeExceeded' } });
  });

  it('waits for room', async () => {
    const lab = createLab(
      async ({ clock, store }) => {
        await clock.sleep(5_000);
        await store.write('done');
      },
      { reservedConcurrency: 1 },
    );
    for (let count = 0; count < 3; count += 1) lab.lambda.invokeAsynchronously('work', {});
    await lab.clock.runUntilIdle(1e9);
    expect(lab.written).toHaveLength(3);
    expect(lab.defects).toEqual([]);
  });
});
