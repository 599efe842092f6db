import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createMemoryWatchdogStore } from '../../../functions/adapters/memory/watchdog-store.ts';
import { createHandler as createChangePeer } from '../../../functions/handlers/change-peer.ts';
import { createHandler as createWatch } from '../../../functions/handlers/watch.ts';
import { logger } from '../../../functions/runtime/telemetry.ts';
import { configured } from '../../factories/configuration.ts';
import { HOME, OPERATOR } from '../../factories/selfheal-event.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const context = {} as Context;
const clock = { nowMs: () => NOON, sleep: async () => undefined };

beforeAll(() => {
  for (const level of ['info', 'error'] as const) vi.spyOn(logger, level).mockReturnValue(undefined);
});

describe('watch', () => {
  const configuration = configured();
  const watch = createWatch({
    configuration: { ...configuration, watchdog: { ...configuration.watchdog, enabled: false, shards: 2 } },
    watchdog: createMemoryWatchdogStore(),
    clock,
    http: { probe: async () => ({ outcome: 'answered', responseMs: 1 }) },
    tcp: { probe: async () => ({ outcome: 'answered', responseMs: 1 }) },
    runbooks: { resolveTargets: async () => [] },
    watchdogEvents: { publish: async () => undefined },
    watchdogMetrics: { roundEnded: () => undefined },
  });

  it.each([
    ['a shard and a vantage point', { shard: 1, vantagePoint: 'outside' }],
    ['a shard alone: the first vantage point', { shard: 1 }],
    ['nothing: the first shard', {}],
  ])('takes %s', async (_what, input) => {
    expect(await watch(input, context)).toEqual({ peers: 0, rounds: [], problems: [] });
  });

  it.each([
    ['a shard that is no number', { shard: 'all' }],
    ['a shard below 0', { shard: -1 }],
    ['half a shard', { shard: 0.5 }],
    ['more shards than there can be', { shard: 100 }],
    ['a vantage point that is no name', { shard: 0, vantagePoint: 'Out side' }],
  ])('refuses %s', async (_what, input) => {
    await expect(watch(input, context)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it.each([
    ['shard', { shard: 2 }],
    ['vantage point', { shard: 0, vantagePoint: 'elsewhere' }],
  ])('fails for a %s that is not configured', async (_what, input) => {
    await expect(watch(input, context)).rejects.toThrow('deploy schedule and configuration together');
  });
});

describe('change-peer', () => {
  const setUp = () => {
    const store = createMemoryWatchdogStore();
    const changePeer = createChangePeer({ configuration: configured(), home: HOME, watchdog: store, clock });
    const put = (event: object) => changePeer(event, context);
    const change = (detail: unknown) => put({ ...HOME, source: OPERATOR, detail });
    return { store, change, put };
  };
  const register = (peer: unknown) => ({ command: 'register', name: 'cache', peer });

  it('takes the detail of an event, whatever stands around it', async () => {
    const { store, change } = setUp();
    expect(await change(register({ tcp: '10.0.0.7:6379' }))).toEqual({
      outcome: 'registered',
      name: 'cache',
    });
    expect(await store.listPeers()).toMatchObject([
      { name: 'cache', definition: { tcp: '10.0.0.7:6379', enabled: true }, registeredAtMs: NOON },
    ]);
    expect(await change({ command: 'remove', name: 'cache' })).toEqual({ outcome: 'removed', name: 'cache' });
    expect(await store.listPeers()).toEqual([]);
  });

  it.each([
    ['source', { source: 'my.fleet' }],
    ['account', { account: '999999999999' }],
    ['region', { region: 'eu-central-1' }],
  ])('takes nothing from a %s that may not register peers', async (_what, origin) => {
    const { store, put } = setUp();
    const event = { ...HOME, source: OPERATOR, detail: register({ tcp: '10.0.0.7:6379' }), ...origin };
    await expect(put(event)).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(await store.listPeers()).toEqual([]);
  });

  it('takes null for a field that is not there', async () => {
    const { store, change } = setUp();
    const peer = { tcp: '10.0.0.7:6379', url: null, component: null, targets: null, timeoutSeconds: null };
    expect(await change(register(peer))).toMatchObject({ outcome: 'registered' });
    expect(await store.listPeers()).toMatchObject([
      { definition: { tcp: '10.0.0.7:6379', targets: [], enabled: true } },
    ]);
  });

  it('answers with the reason why a peer is refused, and keeps nothing', async () => {
    const { store, change } = setUp();
    const answer = await change(register({ url: 'http://169.254.169.254/latest/meta-data/' }));
    expect(answer).toMatchObject({ outcome: 'refused', name: 'cache' });
    expect(await store.listPeers()).toEqual([]);
  });

  it.each([
    ['no detail', undefined],
    ['another command', { command: 'restart', name: 'cache' }],
    ['a name that is none', { command: 'remove', name: '../cache' }],
    ['a peer without a word', { command: 'register', name: 'cache' }],
    ['two endpoints at once', register({ tcp: '10.0.0.7:6379', url: 'http://10.0.0.7/' })],
    ['a file', register({ url: 'file:///etc/passwd' })],
    ['what nobody knows', register({ tcp: '10.0.0.7:6379', command: 'reboot' })],
  ])('refuses %s', async (_what, detail) => {
    const { store, change } = setUp();
    await expect(change(detail)).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(await store.listPeers()).toEqual([]);
  });
});
