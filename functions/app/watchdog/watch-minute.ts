import { confirmationAfter } from '../../core/watchdog/confirmation.ts';
import { allPeers } from '../../core/watchdog/peer.ts';
import { nextRound, roundAt } from '../../core/watchdog/rounds.ts';
import { shardOf } from '../../core/watchdog/shards.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';
import { type WatchedRound, type WatchRoundDeps, watchRound } from './watch-round.ts';

const MINUTE_MS = 60_000;

export type WatchMinuteDeps = WatchRoundDeps & { readonly watchdog: Pick<WatchdogStore, 'listPeers'> };

export interface WatchMinuteInput {
  /** 0 to `watchdog.shards` - 1. */
  readonly shard: number;
  /** Name of the vantage point that this is. @default the first */
  readonly vantagePoint?: string | undefined;
}

export interface WatchedMinute {
  readonly peers: number;
  readonly rounds: readonly WatchedRound[];
  /** What went wrong, one line each; every round was still tried. */
  readonly problems: readonly string[];
}

/**
 * Runs the rounds that begin in the next minute, for schedules start at a minute and rounds may be 10 s apart. The
 * function is billed while it waits between them: $6.60 a month at 30 s and 256 MB, $8.00 at 10 s. Step Functions would
 * cost $2.78 (Express) or $20.80 (Standard) instead, and delayed queue messages $0.30: with a shard or two, that is not
 * worth another moving part.
 *
 * Invocations may overlap, come late or be missing: the clock determines the rounds, and each is decided once.
 *
 * @throws RangeError if there is no such shard or vantage point
 * @throws StoreUnavailable if the peers cannot be read
 */
export async function watchMinute(deps: WatchMinuteDeps, input: WatchMinuteInput): Promise<WatchedMinute> {
  const { configuration, clock } = deps;
  const { enabled, intervalSeconds, shards, vantagePoints } = configuration.watchdog;
  const vantagePoint = input.vantagePoint ?? vantagePoints[0]?.name ?? '';
  if (input.shard >= shards || !vantagePoints.some(({ name }) => name === vantagePoint)) {
    const known = vantagePoints.map(({ name }) => name).join(', ');
    throw new RangeError(
      `shard ${input.shard} of ${shards}, vantage point ${vantagePoint} of ${known}: deploy schedule and configuration together`,
    );
  }
  if (!enabled) return { peers: 0, rounds: [], problems: [] };

  const startedAtMs = clock.nowMs();
  const registered = await deps.watchdog.listPeers();
  const peers = allPeers(configuration, registered).filter(
    ({ name }) => shardOf(name, shards) === input.shard,
  );
  const rounds: WatchedRound[] = [];
  const failures: string[] = [];
  const begun: BegunMinute = { shard: input.shard, startedAtMs };
  let regularMs = nextRound(startedAtMs, intervalSeconds * 1_000, startedAtMs, undefined);
  let roundAtMs = regularMs;
  while (roundAtMs !== undefined) {
    const waitMs = roundAtMs - clock.nowMs();
    if (waitMs > 0) await clock.sleep(waitMs);
    const round = { shard: input.shard, vantagePoint, roundAtMs, peers, peersAsOfMs: startedAtMs };
    try {
      rounds.push(await watchRound(deps, round));
    } catch (error) {
      const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      failures.push(`round ${new Date(roundAtMs).toISOString()}: ${problem}`);
    }
    const confirmationMs = await nextConfirmation(deps, begun, roundAtMs, failures);
    if (confirmationMs === undefined) {
      regularMs = nextRound(clock.nowMs(), intervalSeconds * 1_000, startedAtMs, regularMs);
    }
    roundAtMs = confirmationMs ?? regularMs;
  }
  return {
    peers: peers.length,
    rounds,
    problems: [...failures, ...rounds.flatMap(({ problems }) => problems)],
  };
}

interface BegunMinute {
  readonly shard: number;
  readonly startedAtMs: number;
}

/**
 * The round that confirms misses, if one is due before the next regular round. The shard's record says so, whichever
 * invocation decided. Without the record it is left out: the regular rounds count as well.
 *
 * @param lastMs the round that this invocation ran last
 */
async function nextConfirmation(
  { configuration, watchdog, clock }: WatchMinuteDeps,
  { shard, startedAtMs }: BegunMinute,
  lastMs: number,
  failures: string[],
): Promise<number | undefined> {
  const { intervalSeconds, confirmSeconds } = configuration.watchdog;
  if (confirmSeconds === undefined) return undefined;
  const intervalMs = intervalSeconds * 1_000;
  try {
    const record = await watchdog.readShard(shard);
    const atMs = record && confirmationAfter(record, intervalMs, confirmSeconds * 1_000);
    if (atMs === undefined || atMs <= lastMs || atMs >= startedAtMs + MINUTE_MS) return undefined;
    // It runs instead of waiting, never instead of a regular round.
    return roundAt(clock.nowMs(), intervalMs) > roundAt(atMs, intervalMs) ? undefined : atMs;
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    failures.push(`confirmation after ${new Date(lastMs).toISOString()}: ${problem}`);
    return undefined;
  }
}
