import { describe, expect, it } from 'vitest';
import {
  type ComponentSources,
  changesOfComponents,
  changesSinceMs,
  componentEvidence,
  operationsOf,
  redAlarmsOf,
  silentPeersOf,
} from '../../../../functions/app/diagnosis/observe-components.ts';
import { type ComponentRecord, newComponentRecord } from '../../../../functions/core/admission/records.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const health = { url: 'https://web.example.com/health' };

type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const worldOf = (components: Components = { web: withMemoryAlarm() }) =>
  createWorld(configured({ components, strategies: [{ components: Object.keys(components) }] }));

describe('what records say of a component', () => {
  const saidOf = async (record: Partial<ComponentRecord>) => {
    const readComponents = async () => [{ ...newComponentRecord('web'), ...record }];
    const found = await operationsOf({ ...worldOf(), store: { readComponents } } satisfies ComponentSources, [
      'web',
    ]);
    return found.get('web');
  };

  it('is nothing of one that was never healed', async () => {
    expect(await saidOf({})).toStrictEqual({});
  });

  it('is its operation, its latest admission, its rollbacks and when people were called', async () => {
    const rolledBack = { source: 'pipeline', changeId: 'run-1', atMs: NOON } as never;
    expect(
      await saidOf({
        claim: { operationId: 'op-1' } as never,
        attemptsMs: { restart: [NOON - 9, NOON - 5], stop: [NOON - 7] },
        exhaustionNotifiedAtMs: NOON - 1,
        rolledBack,
      }),
    ).toStrictEqual({
      ...{ operationId: 'op-1', lastAdmittedMs: NOON - 5, personCalledAtMs: NOON - 1, rolledBack },
    });
  });

  it('is what monitors report, except of traffic, which may be too little as well', async () => {
    const atMs = NOON - MINUTE_MS;
    const of = (...reporters: readonly string[]) =>
      saidOf({
        reports: {
          ...{ by: reporters, lastMs: atMs },
          sentMs: Object.fromEntries(reporters.map((each) => [each, atMs])),
        },
      });
    expect(await of('monitor/latency', 'monitor/requests')).toStrictEqual({
      signs: [
        {
          ...{ metric: 'latency', atMs },
          says: expect.stringMatching(/ reports latency, last at 2026-11-22T13:29:00\.000Z$/),
        },
      ],
    });
    expect(await of('monitor/requests')).toStrictEqual({});
  });
});

describe('what alarms and peers say of components', () => {
  const never = () => Promise.reject(new Error('asked'));

  it('is which of their own alarms are red, and since when', async () => {
    const world = worldOf({
      web: withMemoryAlarm(),
      api: withMemoryAlarm({ targets: { instanceIds: ['i-0123456789abcdef1'] } }),
    });
    const sinceMs = NOON - MINUTE_MS;
    world.alarms.named.set(memoryAlarm(), 'ALARM');
    world.alarms.since.set(memoryAlarm(), sinceMs);
    expect(await redAlarmsOf(world, ['web', 'api'])).toStrictEqual(
      new Map([['web', [{ alarmName: memoryAlarm(), metric: 'memory', severity: 'CRITICAL', sinceMs }]]]),
    );
  });

  it('is whether there is too little of what an alarm is on', async () => {
    const few = { metric: 'requests', threshold: 1, comparison: '<', dimensions: { Shop: 'web' } };
    const world = worldOf({
      web: { alarms: { few: { ...few, namespace: 'Shop', metricName: 'Requests' } } },
    });
    const name = 'selfheal-web-few';
    world.alarms.named.set(name, 'ALARM');
    world.alarms.since.set(name, NOON);
    const alarm = { alarmName: name, metric: 'requests', severity: 'CRITICAL', sinceMs: NOON, isLow: true };
    expect(await redAlarmsOf(world, ['web'])).toStrictEqual(new Map([['web', [alarm]]]));
  });

  it('costs no request where there is none', async () => {
    const world = worldOf({ web: {} });
    expect(await redAlarmsOf({ ...world, alarms: { redSince: never } }, ['web'])).toStrictEqual(new Map());
    expect(await silentPeersOf({ ...world, watchdog: { listShards: never } }, ['web'])).toStrictEqual(
      new Map(),
    );
    expect(
      await changesOfComponents({ ...world, changes: { listChanges: never } }, ['web'], NOON),
    ).toStrictEqual(new Map());
  });

  it('is which peers do not answer, and why, and nothing of those that do', async () => {
    const state = { missedCount: 2, restartCount: 0, lastSeenMs: NOON };
    const listShards = async () =>
      [
        {
          states: {
            web: { ...state, status: 'OFFLINE', missedFor: 'TIMEOUT' },
            api: { ...state, status: 'DEGRADED' },
            db: { ...state, status: 'HEALTHY' },
          },
        },
      ] as never;
    const world = worldOf(
      Object.fromEntries(
        ['web', 'api', 'db', 'lone'].map((name, index) => [
          name,
          { health, targets: { instanceIds: [`i-000000000000000${index}a`] } },
        ]),
      ),
    );
    const found = await silentPeersOf({ ...world, watchdog: { listShards } }, ['web', 'api', 'db', 'lone']);
    expect(found).toStrictEqual(
      new Map([
        ['web', [{ peer: 'web', status: 'OFFLINE', lastSeenMs: NOON, missedFor: 'TIMEOUT' }]],
        ['api', [{ peer: 'api', status: 'DEGRADED', lastSeenMs: NOON }]],
      ]),
    );
  });
});

describe('what changes say of components', () => {
  it('goes back to what may be in progress, and to what may have caused trouble that began earlier', () => {
    const since = (holdSeconds: number, suspectSeconds: number, onsetMs: number) =>
      changesSinceMs({ holdSeconds, suspectSeconds }, 100_000, onsetMs);
    expect(since(50, 10, 100_000)).toBe(50_000);
    expect(since(10, 20, 100_000)).toBe(60_000);
    expect(since(10, 20, 70_000)).toBe(50_000);
  });

  it('is read of the twenty nearest whose changes are watched, with how long each is suspected', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `c${index}`);
    const watching = { holdSeconds: 600, suspectSeconds: 900, graceSeconds: 60 };
    const world = worldOf(
      Object.fromEntries(
        names.map((name, index) => [
          name,
          { targets: { custom: name }, ...(index !== 3 && { changes: watching }) },
        ]),
      ),
    );
    const asked: unknown[] = [];
    const listChanges = async (name: string, sinceMs: number) => {
      asked.push([name, sinceMs]);
      return [];
    };
    const found = await changesOfComponents({ ...world, changes: { listChanges } }, names, NOON);
    const watched = names.filter((_, index) => index !== 3).slice(0, 20);
    expect(asked).toStrictEqual(watched.map((name) => [name, NOON - 30 * MINUTE_MS]));
    expect(found.get('c0')).toStrictEqual({
      changes: [],
      watched: { holdMs: 600_000, suspectMs: 900_000, graceMs: 60_000 },
    });
  });
});

describe('all that is known of a component', () => {
  const configuration = worldOf({ web: withMemoryAlarm({ health }), lone: {} }).configuration;

  it('says which metrics have alarms, and whether the watchdog hears from it', () => {
    const known = componentEvidence(configuration, { heartbeats: new Map() });
    expect(known('web')).toStrictEqual({
      ...{ component: 'web', alarmMetrics: ['memory'], redAlarms: [], silentPeers: [], hasHeartbeat: true },
    });
    expect(known('lone')).toStrictEqual({
      component: 'lone',
      alarmMetrics: [],
      redAlarms: [],
      silentPeers: [],
    });
  });

  it('does not count a heartbeat that could not be read', () => {
    expect(componentEvidence(configuration, {})('web')).not.toHaveProperty('hasHeartbeat');
  });

  it('puts together what all sources say', () => {
    const alarm = { alarmName: 'a', metric: 'memory', severity: 'CRITICAL', sinceMs: NOON } as const;
    const peer = { peer: 'web', status: 'OFFLINE', lastSeenMs: NOON } as const;
    const known = componentEvidence(configuration, {
      operations: new Map([['web', { operationId: 'op' }]]),
      alarms: new Map([['web', [alarm]]]),
      heartbeats: new Map([['web', [peer]]]),
      changes: new Map([['web', { changes: [] }]]),
    });
    expect(known('web')).toMatchObject({
      ...{ operationId: 'op', redAlarms: [alarm], silentPeers: [peer], changes: [], hasHeartbeat: true },
    });
  });
});
