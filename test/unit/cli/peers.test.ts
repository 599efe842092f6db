import { describe, expect, it } from 'vitest';
import { peerLines } from '../../../cli/presenters/peers.ts';
import { meshStatusOf } from '../../../functions/core/watchdog/mesh-status.ts';
import { allPeers } from '../../../functions/core/watchdog/peer.ts';
import type { ShardRecord } from '../../../functions/core/watchdog/shard-record.ts';
import { rosterOf } from '../../../functions/core/watchdog/shards.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { watchdogConfiguration } from '../../factories/watchdog-configuration.ts';
import { recordedContext } from './output.ts';

const output = recordedContext();
const HEALTH = { url: 'https://api.example.com/health' };
const configuration = watchdogConfiguration({
  components: { api: { health: HEALTH } },
  peers: { db: { tcp: 'db.internal:5432', component: 'api' } },
  watchdog: { intervalSeconds: 30 },
});

/** A shard that has just had a round, in which `db` missed its fourth heartbeat. */
const record: ShardRecord = {
  ...{ shard: 0, roundAtMs: NOON, seenAtMs: NOON, startedAtMs: NOON - 3_600_000, peerCount: 2, pending: [] },
  totals: { checks: 240, misses: 4, restarts: 1, isolations: 0 },
  states: {
    db: {
      ...{ status: 'OFFLINE', missedCount: 4, restartCount: 1 },
      ...{ lastSeenMs: NOON - 120_000, lastRestartMs: NOON - 30_000 },
    },
  },
  observers: {},
  responses: { roster: rosterOf(['api', 'db']), milliseconds: [12, undefined] },
};

function lines(records: readonly ShardRecord[], nowMs = NOON): readonly string[] {
  const status = meshStatusOf('outside', allPeers(configuration, []), records, 1);
  return peerLines(output, status, configuration.watchdog, nowMs);
}

describe('the list of peers', () => {
  it('shows status, last answer, misses and requested restarts', () => {
    const [head, , , api, db] = lines([record], NOON + 5_000);
    expect(head).toBe('2 peers; 4 of 240 checks missed; 1 restart and 0 isolations requested');
    expect(api).toMatch(/^api +HEALTHY +5\.0 s ago +12 ms +0 +0 +https:\/\/api\.example\.com\/health$/);
    expect(db).toMatch(/^db +OFFLINE +2m 05s ago +– +4 +1 +tcp:\/\/db\.internal:5432$/);
  });

  it('calls no peer healthy before the first round', () => {
    expect(lines([]).at(-2)).toMatch(/^api +not checked yet +– /);
  });

  it('calls no peer healthy while the watchdog is silent, and still shows those that are down', () => {
    const [, , , api, db] = lines([record], NOON + 91_000);
    expect(api).toMatch(/^api +not checked now +1m 31s ago /);
    expect(db).toMatch(/^db +OFFLINE /);
  });

  it('is empty where the watchdog is switched off', () => {
    const off = { ...configuration.watchdog, enabled: false };
    const status = meshStatusOf('outside', [], [], 1);
    expect(peerLines(output, status, off, NOON)).toEqual([expect.stringContaining('switched off')]);
    expect(peerLines(output, status, configuration.watchdog, NOON)).toEqual([
      expect.stringContaining('no peers'),
    ]);
  });
});
