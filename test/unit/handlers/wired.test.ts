import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryWatchdogStore } from '../../../functions/adapters/memory/watchdog-store.ts';
import type { ChangePeerDeps } from '../../../functions/app/watchdog/change-peer.ts';
import { HANDLERS } from '../../../functions/handlers/table/handler-table.ts';
import { wired } from '../../../functions/handlers/wired.ts';
import { configured } from '../../factories/configuration.ts';

const context = {} as Context;

describe('a wired handler', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'selfheal-wired-'));
    writeFileSync(join(directory, 'configuration.json'), JSON.stringify(configured()));
    vi.stubEnv('LAMBDA_TASK_ROOT', directory);
    vi.stubEnv('HOME_ACCOUNT', '000000000000');
    vi.stubEnv('HOME_REGION', 'us-east-1');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });

  function changePeer() {
    const store = createMemoryWatchdogStore();
    const create = vi.fn((deps: ChangePeerDeps) => (event: unknown) => [deps, event]);
    const watchdog = vi.fn(() => store);
    const notifier = () => ({ notify: async () => undefined });
    return { handler: wired('change-peer', create, { notifier, watchdog }), store, create, watchdog };
  }

  it('gets its ports with its first invocation, once, so that importing it does nothing', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', '');
    const { handler, create, watchdog, store } = changePeer();
    expect(create).not.toHaveBeenCalled();
    const deps = expect.objectContaining({ watchdog: store, configuration: configured() });
    expect([handler(1, context), handler(2, context)]).toEqual([
      [deps, 1],
      [deps, 2],
    ]);
    expect(create).toHaveBeenCalledTimes(1);
    expect(watchdog).toHaveBeenCalledTimes(1);
  });

  it('gets its ports at once on Lambda, while the function starts', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'selfheal-change-peer');
    expect(changePeer().create).toHaveBeenCalledTimes(1);
  });

  it('does not compile with more or fewer ports than its use case calls', () => {
    const store = () => createMemoryWatchdogStore();
    const create = (deps: ChangePeerDeps) => () => deps;
    // @ts-expect-error: a port is missing
    wired('change-peer', create, {});
    // @ts-expect-error: the table grants `reconcile` other ports and methods than this use case calls
    wired('reconcile', create, { watchdog: store });
  });

  it.each(Object.keys(HANDLERS))('is what the %s module exports', async (name) => {
    const { handler } = (await import(`../../../functions/handlers/${name}.ts`)) as {
      readonly handler: unknown;
    };
    expect(handler).toBeTypeOf('function');
  });
});
