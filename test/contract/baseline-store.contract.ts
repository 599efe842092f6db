import { describe, expect, it } from 'vitest';
import type { Announcement, Baseline, BaselineShard } from '../../functions/core/analysis/baseline.ts';
import { packState } from '../../functions/core/detection/packed-state.ts';
import { type Series, startSeries } from '../../functions/core/detection/series.ts';
import type { BaselineStore } from '../../functions/ports/baseline-store.ts';
import { NOON } from '../factories/operations/admissions.ts';

const SERIES: Series = { detector: 'z_score', periodSeconds: 300 };

export function baselineOf(overrides: Partial<Baseline> = {}): Baseline {
  return {
    fingerprint: '0123456789abcdef',
    readUntilMs: NOON,
    watchedSinceMs: NOON - 86_400_000,
    last: { atMs: NOON - 300_000, value: 1e-9, expected: -12.5, score: 2.25 },
    packed: packState(SERIES, startSeries(SERIES)),
    ...overrides,
  };
}

const { last: _last, ...unjudged } = baselineOf();

const ANNOUNCEMENT: Announcement = {
  about: 'web/1/alert',
  atMs: NOON,
  signal: { component: 'web', metric: 'latency', current: 1.5, targets: ['i-0123456789abcdef0'] },
  notification: { subject: 'Selfheal: latency', body: { kind: 'anomaly', score: 7 } },
};
const RECOVERY: Announcement = { about: 'web/1/recovery', atMs: NOON, signal: { kind: 'recovery' } };

export function baselineShardRecord(overrides: Partial<BaselineShard> = {}): BaselineShard {
  return {
    shard: 7,
    savedAtMs: NOON,
    components: {
      web: { series: { latency: baselineOf(), 'cpu/i-0123456789abcdef0': unjudged } },
    },
    pending: [],
    ...overrides,
  };
}

const TROUBLE = baselineShardRecord({
  components: {
    web: {
      series: {
        latency: baselineOf({
          open: { sinceMs: NOON - 600_000, tier: 'HIGH', atMs: NOON, value: 9, expected: 1, score: 6 },
        }),
        silence: baselineOf({
          last: { atMs: NOON, score: 4 },
          open: { sinceMs: NOON, tier: 'MEDIUM', atMs: NOON, score: 4, part: 2 },
        }),
        together: baselineOf({
          waiting: [
            { atMs: NOON, values: [1e-9, Number.NaN, 123_456_789_012.5] },
            { atMs: NOON + 300_000, values: [Number.NaN, -2, Number.NaN] },
          ],
        }),
      },
      episode: {
        sinceMs: NOON - 600_000,
        level: 'signal',
        tier: 'HIGH',
        metric: 'latency',
        announcedAtMs: NOON,
        count: 2,
      },
    },
    cart: { series: {} },
  },
  pending: [ANNOUNCEMENT, RECOVERY],
});

/** What every store of baselines does. `makeStore` gives an empty one, once for each test. */
export function baselineStoreContract(name: string, makeStore: () => Promise<BaselineStore>): void {
  describe(`baseline store: ${name}`, () => {
    it('has no record before the first', async () => {
      const store = await makeStore();
      expect(await store.readShards([0, 7, 255])).toEqual(new Map());
    });

    it.each([
      ['of quiet series', baselineShardRecord()],
      ['of anomalies, with something to send', TROUBLE],
      ['without components', baselineShardRecord({ components: {} })],
    ])('returns a record %s as it was saved', async (_, record) => {
      const store = await makeStore();
      expect(await store.saveShard(record, 'v1', undefined)).toBe(true);
      expect(await store.readShards([3, record.shard])).toEqual(
        new Map([[record.shard, { record, version: 'v1' }]]),
      );
    });

    it('reads many records at a time', async () => {
      const store = await makeStore();
      const shards = Array.from({ length: 100 }, (_, shard) => shard);
      await Promise.all(
        shards.map((shard) => store.saveShard(baselineShardRecord({ shard }), `v${shard}`, undefined)),
      );
      const kept = await store.readShards(shards);
      expect([...kept.keys()].sort((a, b) => a - b)).toEqual(shards);
      expect(kept.get(42)).toEqual({ record: baselineShardRecord({ shard: 42 }), version: 'v42' });
    });

    it('saves a record only over the version that it was made from', async () => {
      const store = await makeStore();
      const next = baselineShardRecord({ savedAtMs: NOON + 1 });
      await store.saveShard(baselineShardRecord(), 'v1', undefined);
      expect(await store.saveShard(next, 'v2', undefined)).toBe(false);
      expect(await store.saveShard(next, 'v2', 'v0')).toBe(false);
      expect(await store.saveShard(next, 'v2', 'v1')).toBe(true);
      expect(await store.saveShard(next, 'v3', 'v1')).toBe(false);
      expect((await store.readShards([7])).get(7)).toEqual({ record: next, version: 'v2' });
    });

    it('keeps one of many runs that overlap', async () => {
      const store = await makeStore();
      await store.saveShard(baselineShardRecord(), 'v1', undefined);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, run) => store.saveShard(baselineShardRecord(), `run-${run}`, 'v1')),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it('forgets what was sent, and keeps the rest', async () => {
      const store = await makeStore();
      await store.saveShard(TROUBLE, 'v1', undefined);
      await store.keepPending(7, 'v1', [RECOVERY]);
      expect((await store.readShards([7])).get(7)).toEqual({
        record: { ...TROUBLE, pending: [RECOVERY] },
        version: 'v1',
      });
      await store.keepPending(7, 'v1', []);
      expect((await store.readShards([7])).get(7)?.record.pending).toEqual([]);
    });

    it('leaves what a later run is to send', async () => {
      const store = await makeStore();
      await store.saveShard(TROUBLE, 'v1', undefined);
      await store.saveShard(TROUBLE, 'v2', 'v1');
      await store.keepPending(7, 'v1', []);
      await store.keepPending(8, 'v1', []);
      expect((await store.readShards([7])).get(7)?.record.pending).toEqual(TROUBLE.pending);
      expect(await store.readShards([8])).toEqual(new Map());
    });
  });
}
