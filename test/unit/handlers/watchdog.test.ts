import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createMemoryWatchdogStore } from '../../../functions/adapters/memory/watchdog-store.ts';
import { createHandler as createChangePeer } from '../../../functions/handlers/change-peer.ts';
import { createHandler as createWatch } from '../../../functions/handlers/watch.ts';
import type { Notification } from '../../../functions/ports/announcers.ts';
import { ServiceUnavailable } from '../../../functions/ports/errors.ts';
import { logger } from '../../../functions/runtime/telemetry.ts';
import { configured } from '../../factories/configuration.ts';
import { HOME, OPERATOR } from '../../factories/events/selfheal-event.ts';

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
  ])('accepts %s', async (_what, input) => {
    expect(await watch(input, context)).toEqual({ peers: 0, rounds: [], problems: [] });
  });

  it.each([
    ['a shard that is not a number', { shard: 'all' }],
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
    const notified: Notification[] = [];
    const notifier = { notify: async (notification: Notification) => void notified.push(notification) };
    const deps = { configuration: configured(), home: HOME, watchdog: store, notifier, clock };
    const changePeer = createChangePeer(deps);
    const put = (event: object) => changePeer(event, context);
    const time = '2026-11-22T11:59:58Z';
    const change = (detail: unknown) => put({ ...HOME, source: OPERATOR, time, detail });
    return { store, change, put, notified };
  };
  const register = (peer: unknown) => ({ command: 'register', name: 'cache', peer });

  it('accepts the detail of an event, whatever surrounds it', async () => {
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
  ])('accepts nothing from a %s that may not register peers', async (_what, origin) => {
    const { store, put } = setUp();
    const event = { ...HOME, source: OPERATOR, detail: register({ tcp: '10.0.0.7:6379' }), ...origin };
    await expect(put(event)).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(await store.listPeers()).toEqual([]);
  });

  it('accepts null for a field that is not there', async () => {
    const { store, change } = setUp();
    const peer = { tcp: '10.0.0.7:6379', url: null, component: null, targets: null, timeoutSeconds: null };
    expect(await change(register(peer))).toMatchObject({ outcome: 'registered' });
    expect(await store.listPeers()).toMatchObject([
      { definition: { tcp: '10.0.0.7:6379', targets: [], enabled: true } },
    ]);
  });

  it.each([
    [
      'an address that may not be asked',
      register({ url: 'http://169.254.169.254/latest/meta-data/' }),
      '169.254.169.254 may not be contacted',
    ],
    ['no detail', undefined, 'register or remove'],
    ['another command', { command: 'restart', name: 'cache' }, 'register or remove'],
    ['a name that is none', { command: 'remove', name: '../cache' }, 'name'],
    ['a peer without an endpoint', { command: 'register', name: 'cache' }, 'peer'],
    ['two endpoints', register({ tcp: '10.0.0.7:6379', url: 'http://10.0.0.7/' }), 'one of `url`'],
    ['a file', register({ url: 'file:///etc/passwd' }), 'url'],
    ['a field that does not exist', register({ tcp: '10.0.0.7:6379', command: 'reboot' }), 'command'],
  ])('refuses %s, keeps nothing, and notifies the architect', async (_what, detail, problem) => {
    const { store, change, notified } = setUp();
    expect(await change(detail)).toEqual({ outcome: 'refused', reason: expect.stringContaining(problem) });
    expect(await store.listPeers()).toEqual([]);
    expect(notified).toMatchObject([
      {
        topic: 'architect',
        subject: 'Selfheal: a change of peers had no effect',
        body: {
          kind: 'peer-change-without-effect',
          source: OPERATOR,
          time: '2026-11-22T11:59:58Z',
          detail: expect.stringContaining(problem),
        },
      },
    ]);
  });

  it('notifies nobody of a change that takes effect', async () => {
    const { change, notified } = setUp();
    await change(register({ tcp: '10.0.0.7:6379' }));
    await change({ command: 'remove', name: 'cache' });
    expect(notified).toEqual([]);
  });

  it('fails if the architect cannot be notified, so that the event is kept', async () => {
    const unavailable = async () => {
      throw new ServiceUnavailable('sns:Publish: out of reach');
    };
    const changePeer = createChangePeer({
      ...{ configuration: configured(), home: HOME, watchdog: createMemoryWatchdogStore(), clock },
      notifier: { notify: unavailable },
    });
    const event = { ...HOME, source: OPERATOR, detail: { command: 'restart' } };
    await expect(changePeer(event, context)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
