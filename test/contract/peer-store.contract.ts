import { describe, expect, it } from 'vitest';
import type { PeerState } from '../../functions/core/watchdog/ladder.ts';
import type { Announcement, ShardRecord } from '../../functions/core/watchdog/shard-record.ts';
import type { WatchdogStore } from '../../functions/ports/watchdog-store.ts';
import { NOON } from '../factories/operations/admissions.ts';

const INTERVAL_MS = 30_000;

export function shardRecordOf(overrides: Partial<ShardRecord> = {}): ShardRecord {
  return {
    shard: 0,
    roundAtMs: NOON,
    seenAtMs: NOON + 900,
    startedAtMs: NOON - 86_400_000,
    totals: { checks: 12_345_678, misses: 42, restarts: 3, isolations: 1 },
    peerCount: 3,
    states: {},
    observers: {},
    responses: { roster: '0a1b2c3d', milliseconds: [12, undefined, 65_534] },
    pending: [],
    ...overrides,
  };
}

const STATES: Readonly<Record<string, PeerState>> = {
  'peer-a': {
    ...{ status: 'DEGRADED', missedCount: 2, restartCount: 0, lastSeenMs: NOON },
    missedFor: 'CERT_HAS_EXPIRED',
  },
  'peer-b': { status: 'OFFLINE', missedCount: 0, restartCount: 2, lastSeenMs: NOON, lastRestartMs: NOON + 1 },
  'peer-c': {
    status: 'HEALTHY',
    missedCount: 0,
    restartCount: 1,
    lastSeenMs: NOON,
    lastRestartMs: NOON + 1,
    healthySinceMs: NOON + 2,
  },
};

const PENDING: readonly Announcement[] = [
  {
    subject: 'peer-a',
    roundAtMs: NOON,
    step: {
      ...{ kind: 'escalation', action: 'alert', severity: 'MEDIUM', missedCount: 2, restartCount: 0 },
      missedFor: 'HTTP_503',
    },
  },
  { subject: 'peer-c', roundAtMs: NOON, step: { kind: 'recovery', from: 'OFFLINE' } },
  { subject: 'outside', roundAtMs: NOON, step: { kind: 'observer', change: 'suspected' } },
];

/** What every store of the watchdog does. `makeStore` gives an empty one, once for each test. */
export function peerStoreContract(name: string, makeStore: () => Promise<WatchdogStore>): void {
  describe(`watchdog store: ${name}`, () => {
    shardContract(makeStore);
    reportContract(makeStore);
    registrationContract(makeStore);
  });
}

function shardContract(makeStore: () => Promise<WatchdogStore>): void {
  describe('rounds', () => {
    it('do not exist before the first', async () => {
      const store = await makeStore();
      expect(await store.readShard(0)).toBeUndefined();
      expect(await store.listShards()).toEqual([]);
    });

    it.each([
      ['with healthy peers only', {}],
      ['of no peers', { peerCount: 0, responses: { roster: '811c9dc5', milliseconds: [] } }],
      [
        'with everything',
        { states: STATES, pending: PENDING, observers: { east: { silentRounds: 2, suspected: true } } },
      ],
    ])('rounds are returned as they were saved: %s', async (_, facts) => {
      const store = await makeStore();
      const record = shardRecordOf(facts);
      expect(await store.saveRound(record, undefined)).toBe(true);
      expect(await store.readShard(0)).toEqual(record);
    });

    it('follow each other', async () => {
      const store = await makeStore();
      await store.saveRound(shardRecordOf({ states: STATES }), undefined);
      const next = shardRecordOf({ roundAtMs: NOON + INTERVAL_MS });
      expect(await store.saveRound(next, NOON)).toBe(true);
      expect(await store.readShard(0)).toEqual(next);
    });

    it('a round is saved once: the second call returns false', async () => {
      const store = await makeStore();
      await store.saveRound(shardRecordOf(), undefined);
      expect(await store.saveRound(shardRecordOf({ peerCount: 4 }), undefined)).toBe(false);
      const next = shardRecordOf({ roundAtMs: NOON + INTERVAL_MS });
      expect(await store.saveRound(next, NOON - INTERVAL_MS)).toBe(false);
      expect(await store.readShard(0)).toEqual(shardRecordOf());
    });

    it('a round of 20 simultaneous invocations is saved by one of them', async () => {
      const store = await makeStore();
      await store.saveRound(shardRecordOf(), undefined);
      const attempts = Array.from({ length: 20 }, (_, peerCount) =>
        store.saveRound(shardRecordOf({ roundAtMs: NOON + INTERVAL_MS, peerCount }), NOON),
      );
      const kept = (await Promise.all(attempts)).flatMap((isKept, index) => (isKept ? [index] : []));
      expect(kept).toHaveLength(1);
      expect((await store.readShard(0))?.peerCount).toBe(kept[0]);
    });

    it('rounds of several shards are independent of each other, and are listed by number', async () => {
      const store = await makeStore();
      const records = [11, 2, 0].map((shard) => shardRecordOf({ shard, peerCount: shard }));
      for (const record of records) expect(await store.saveRound(record, undefined)).toBe(true);
      expect(await store.readShard(2)).toEqual(records[1]);
      expect(await store.listShards()).toEqual(records.toReversed());
    });

    it('pending announcements are cleared once they were made', async () => {
      const store = await makeStore();
      await store.saveRound(shardRecordOf({ pending: PENDING, states: STATES }), undefined);
      await store.clearPending(0, NOON);
      expect(await store.readShard(0)).toEqual(shardRecordOf({ states: STATES }));
    });

    it('announcements of a later round stay pending', async () => {
      const store = await makeStore();
      await store.saveRound(shardRecordOf({ pending: PENDING }), undefined);
      await store.clearPending(0, NOON - INTERVAL_MS);
      await store.clearPending(7, NOON);
      expect((await store.readShard(0))?.pending).toEqual(PENDING);
      expect(await store.readShard(7)).toBeUndefined();
    });

    it('a record holds the trouble of 2,000 peers', async () => {
      const store = await makeStore();
      const states = Object.fromEntries(
        Array.from({ length: 2_000 }, (_, index) => [
          `${'a-long-name-of-a-peer-'.repeat(2)}${index}`,
          { ...(STATES['peer-c'] as PeerState), missedFor: 'ECONNREFUSED' as const },
        ]),
      );
      const pending = Object.keys(states)
        .slice(0, 1_000)
        .map((subject) => ({ ...(PENDING[0] as Announcement), subject }));
      const record = shardRecordOf({ states, pending });
      expect(await store.saveRound(record, undefined)).toBe(true);
      expect(await store.readShard(0)).toEqual(record);
    });
  });
}

function reportContract(makeStore: () => Promise<WatchdogStore>): void {
  describe('reports', () => {
    const report = { roundAtMs: NOON, peersAsOfMs: NOON - 5, missed: ['a', 'b'], unchecked: ['c'] };

    it('keep the last of each vantage point, shard by shard', async () => {
      const store = await makeStore();
      await store.saveReport(0, { ...report, vantagePoint: 'east' });
      const later = {
        ...report,
        vantagePoint: 'east',
        roundAtMs: NOON + INTERVAL_MS,
        missed: [],
        unchecked: [],
      };
      await store.saveReport(0, later);
      const west = {
        ...report,
        vantagePoint: 'west',
        reasons: { a: 'ECONNREFUSED', b: 'HTTP_500' },
      } as const;
      await store.saveReport(0, west);
      await store.saveReport(1, { ...report, vantagePoint: 'outside' });
      expect(await store.listReports(0)).toEqual([later, west]);
      expect(await store.listReports(2)).toEqual([]);
    });

    it('a report stays when one of an earlier round arrives late', async () => {
      const store = await makeStore();
      const last = { ...report, vantagePoint: 'east', roundAtMs: NOON + INTERVAL_MS };
      await store.saveReport(0, last);
      await store.saveReport(0, { ...report, vantagePoint: 'east' });
      expect(await store.listReports(0)).toEqual([last]);
      const again = { ...last, missed: [] };
      await store.saveReport(0, again);
      expect(await store.listReports(0)).toEqual([again]);
    });
  });
}

function registrationContract(makeStore: () => Promise<WatchdogStore>): void {
  describe('registered peers', () => {
    const definition = { tcp: 'db.example.com:5432', targets: [], enabled: true, missesBeforeRestart: 5 };
    const peer = { name: 'db', definition, registeredAtMs: NOON };

    it('are listed by name until they are removed', async () => {
      const store = await makeStore();
      await store.registerPeer({ ...peer, name: 'web' });
      await store.registerPeer(peer);
      expect(await store.listPeers()).toEqual([peer, { ...peer, name: 'web' }]);
      await store.removePeer('web');
      await store.removePeer('web');
      expect(await store.listPeers()).toEqual([peer]);
    });

    it('replace those of the same name', async () => {
      const store = await makeStore();
      await store.registerPeer(peer);
      const moved = {
        name: 'db',
        definition: {
          url: 'http://db.example.com/',
          component: 'db',
          targets: ['i-0123456789abcdef0'],
          enabled: true,
        },
        registeredAtMs: NOON + 1,
      };
      await store.registerPeer(moved);
      expect(await store.listPeers()).toEqual([moved]);
    });

    it('are all listed, however many there are', async () => {
      const store = await makeStore();
      const names = Array.from({ length: 120 }, (_, index) => `peer-${String(index).padStart(3, '0')}`);
      await Promise.all(names.map((name) => store.registerPeer({ ...peer, name })));
      expect((await store.listPeers()).map(({ name }) => name)).toEqual(names);
    });
  });
}
