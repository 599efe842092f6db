import type { Heartbeat, PeerState } from './ladder.ts';
import { roundAt } from './rounds.ts';
import type { ShardRecord } from './shard-record.ts';

/** Whether a round is an extra one between two regular rounds, to confirm the misses of the last. */
export function isConfirmation(roundAtMs: number, intervalMs: number): boolean {
  return roundAt(roundAtMs, intervalMs) !== roundAtMs;
}

/**
 * When the misses of a round are to be confirmed; `undefined` if there are none, or the next regular round comes first.
 * It depends on the record alone, so that all vantage points and invocations agree.
 */
export function confirmationAfter(
  { roundAtMs, states }: Pick<ShardRecord, 'roundAtMs' | 'states'>,
  intervalMs: number,
  confirmMs: number,
): number | undefined {
  if (!Object.values(states).some(isUnconfirmed)) return undefined;
  const atMs = roundAtMs + confirmMs;
  return atMs < roundAt(roundAtMs, intervalMs) + intervalMs ? atMs : undefined;
}

/**
 * What a confirmation counts: every answer, and the misses that it is to confirm. A peer whose restart was requested
 * keeps to the regular rounds: its repair needs the time.
 */
export function confirmed(
  verdicts: ReadonlyMap<string, Heartbeat>,
  before: ReadonlyMap<string, PeerState>,
): ReadonlyMap<string, Heartbeat> {
  const counts = ([name, heartbeat]: readonly [string, Heartbeat]) => {
    const state = before.get(name);
    return heartbeat === 'answered' || (state !== undefined && isUnconfirmed(state));
  };
  return new Map([...verdicts].filter(counts));
}

/** It has missed a heartbeat, and no repair was requested yet. */
function isUnconfirmed({ status }: PeerState): boolean {
  return status === 'DEGRADED';
}
