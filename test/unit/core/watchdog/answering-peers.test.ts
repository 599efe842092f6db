import { describe, expect, it } from 'vitest';
import { answeringPeers } from '../../../../functions/core/watchdog/answering-peers.ts';
import type { ShardRecord } from '../../../../functions/core/watchdog/shard-record.ts';
import { rosterOf, shardOf } from '../../../../functions/core/watchdog/shards.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { watchdogConfiguration } from '../../../factories/watchdog-configuration.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const configuration = watchdogConfiguration({
  peers: Object.fromEntries(NAMES.map((name) => [name, { tcp: `${name}.example.com:22` }])),
  watchdog: { enabled: true, shards: 2, intervalSeconds: 30 },
});
const membersOf = (shard: number) => NAMES.filter((name) => shardOf(name, 2) === shard);
const recordOf = (shard: number, facts: Partial<ShardRecord> = {}): ShardRecord => ({
  shard,
  roundAtMs: NOON,
  seenAtMs: NOON,
  startedAtMs: 0,
  totals: { checks: 0, misses: 0, restarts: 0, isolations: 0 },
  peerCount: 2,
  states: {},
  observers: {},
  responses: { roster: rosterOf(membersOf(shard)), milliseconds: [] },
  pending: [],
  ...facts,
});
const answering = (records: readonly ShardRecord[], nowMs = NOON) =>
  [...answeringPeers(configuration, [], records, nowMs)].sort();

describe('the peers that answer the watchdog', () => {
  it('include those of every shard with a record, and no others', () => {
    expect(answering([recordOf(0), recordOf(1)])).toEqual(NAMES);
    expect(answering([recordOf(0)])).toEqual(membersOf(0));
    expect(answering([])).toEqual([]);
  });

  it('exclude those of a shard whose record is older than three rounds', () => {
    expect(answering([recordOf(0)], NOON + 90_000)).toEqual(membersOf(0));
    expect(answering([recordOf(0)], NOON + 90_001)).toEqual([]);
  });

  it('exclude those of a shard whose peers have changed since', () => {
    expect(answering([recordOf(0, { responses: { roster: 'other', milliseconds: [] } })])).toEqual([]);
  });

  it('exclude those that are down, or whose change is not announced yet', () => {
    const [name = ''] = membersOf(0);
    const others = membersOf(0).filter((other) => other !== name);
    const down = { [name]: { status: 'OFFLINE' } } as never;
    expect(answering([recordOf(0, { states: down })])).toEqual(others);
    const steady = { [name]: { status: 'HEALTHY' } } as never;
    expect(answering([recordOf(0, { states: steady })])).toEqual(membersOf(0));
    const pending = [
      { subject: name, roundAtMs: NOON, step: { kind: 'recovery', from: 'OFFLINE' } },
    ] as never;
    expect(answering([recordOf(0, { pending })])).toEqual(others);
  });
});
