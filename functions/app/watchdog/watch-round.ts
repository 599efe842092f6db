import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { denialIn } from '../../core/denial.ts';
import { announcementLabel, eventsOf } from '../../core/watchdog/announce.ts';
import { isConfirmation } from '../../core/watchdog/confirmation.ts';
import { judgeRound } from '../../core/watchdog/judge-round.ts';
import type { WatchedPeer } from '../../core/watchdog/peer.ts';
import { type Announcement, downIn, mostUrgent } from '../../core/watchdog/shard-record.ts';
import type { VantageReport } from '../../core/watchdog/votes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WatchdogEvents, WatchdogMetrics } from '../../ports/watchdog-announcers.ts';
import type { WatchdogStore } from '../../ports/watchdog-store.ts';
import { type Observations, type ObserveDeps, observePeers } from './observe-peers.ts';

/** How long the deciding vantage point waits for the others' reports after its own, and how often it looks. */
const REPORTS_WAIT_MS = 4_000;
const LOOK_EVERY_MS = 500;
/** How much longer each vantage point waits for the one before it to decide. */
const STANDBY_MS = 6_000;

export interface WatchRoundDeps extends ObserveDeps {
  readonly configuration: CompiledConfiguration;
  readonly watchdog: Pick<
    WatchdogStore,
    'readShard' | 'saveRound' | 'clearPending' | 'saveReport' | 'listReports'
  >;
  readonly watchdogEvents: WatchdogEvents;
  readonly watchdogMetrics: WatchdogMetrics;
  readonly clock: Clock;
}

export interface WatchRoundInput {
  readonly shard: number;
  readonly vantagePoint: string;
  readonly roundAtMs: number;
  /** The shard's peers, sorted by name, and when their list was read. */
  readonly peers: readonly WatchedPeer[];
  readonly peersAsOfMs: number;
}

export interface WatchedRound {
  readonly roundAtMs: number;
  /** `decided-elsewhere`: another invocation, or another vantage point, has decided this round or a later one. */
  readonly outcome: 'decided' | 'held' | 'decided-elsewhere';
  /** What was decided, one line each: subject and action. */
  readonly announced: readonly string[];
  /** What could not be announced; the next round tries again. */
  readonly problems: readonly string[];
}

/**
 * One round of one shard as seen from one vantage point: checks every peer, decides with the others' reports what the
 * answers mean, records that in one write, and announces it. Of all invocations that run the same round, one decides.
 *
 * ```
 * read record ─ announce what is pending ─ ask peers ─ [report, wait for reports] ─ judge ─ save if unchanged ─ announce ─ clear
 *                                                                                             └ changed: somebody else decided
 * ```
 *
 * A crash before the save decides nothing; after it, the next round announces, except for reminders, which are not kept:
 * the next one comes by itself. Announcements carry their round, so that triage knows one that comes twice.
 *
 * @throws StoreUnavailable
 */
export async function watchRound(deps: WatchRoundDeps, input: WatchRoundInput): Promise<WatchedRound> {
  const { shard, roundAtMs, peers } = input;
  const startMs = deps.clock.nowMs();
  const previous = await deps.watchdog.readShard(shard);
  if (previous && previous.roundAtMs >= roundAtMs) return decidedElsewhere(roundAtMs);
  const problems: string[] = [];
  const overdue = previous?.pending ?? [];
  const carried = (await announce(deps, overdue, peers, problems)) ? [] : overdue;

  const unsteady = new Set(Object.keys(previous?.states ?? {}));
  const { maxConcurrentProbes } = deps.configuration.watchdog;
  const observations = await observePeers(deps, peers, unsteady, maxConcurrentProbes);
  problems.push(...missingPermissions(observations));
  const own = reportOf(input, observations);
  const reports = await allReports(deps, input, own);
  if (!reports) return decidedElsewhere(roundAtMs, problems);

  const { intervalSeconds } = deps.configuration.watchdog;
  const confirms = isConfirmation(roundAtMs, intervalSeconds * 1_000);
  const { record, announcements, held, counts } = judgeRound({
    shard,
    roundAtMs,
    confirms,
    nowMs: deps.clock.nowMs(),
    previous,
    peers,
    vantagePoints: deps.configuration.watchdog.vantagePoints.map(({ name }) => name),
    reports,
    responseMs: responseTimes(observations),
  });
  const pending = [...carried, ...record.pending];
  if (!(await deps.watchdog.saveRound({ ...record, pending: mostUrgent(pending) }, previous?.roundAtMs))) {
    return decidedElsewhere(roundAtMs, problems);
  }
  const isSaid = await announce(deps, [...carried, ...announcements], peers, problems);
  if (isSaid && pending.length > 0) await deps.watchdog.clearPending(shard, roundAtMs);
  deps.watchdogMetrics.roundEnded({
    shard,
    peers: peers.length,
    ...counts,
    unchecked: confirms ? 0 : peers.length - counts.checks,
    down: downIn(record),
    held,
    durationMs: deps.clock.nowMs() - startMs,
  });
  const announced = announcements.map(announcementLabel);
  return { roundAtMs, outcome: held ? 'held' : 'decided', announced, problems };
}

function decidedElsewhere(roundAtMs: number, problems: readonly string[] = []): WatchedRound {
  return { roundAtMs, outcome: 'decided-elsewhere', announced: [], problems };
}

/**
 * Peers that Selfheal may not look at do not count, so nobody would miss them: each missing permission fails the
 * minute, once.
 */
function missingPermissions(observations: Observations): readonly string[] {
  const denied = [...observations.values()].flatMap((result) =>
    result.outcome === 'unchecked' && denialIn(result.problem) ? [result.problem] : [],
  );
  return [...new Set(denied)].map((problem) => `peers not checked: ${problem}`);
}

function reportOf(input: WatchRoundInput, observations: Observations): VantageReport {
  const { vantagePoint, roundAtMs, peersAsOfMs } = input;
  const named = (outcome: 'missed' | 'unchecked') =>
    input.peers.flatMap(({ name }) => (observations.get(name)?.outcome === outcome ? [name] : []));
  const reasons = input.peers.flatMap(({ name }) => {
    const result = observations.get(name);
    return result?.outcome === 'missed' && result.reason !== undefined
      ? [[name, result.reason] as const]
      : [];
  });
  return {
    ...{ vantagePoint, roundAtMs, peersAsOfMs, missed: named('missed'), unchecked: named('unchecked') },
    ...(reasons.length > 0 && { reasons: Object.fromEntries(reasons) }),
  };
}

/**
 * This round's reports: its own, and with several vantage points those of the others that arrive in time. `undefined`
 * if a vantage point before this one decides.
 */
async function allReports(
  { configuration, watchdog, clock }: WatchRoundDeps,
  { shard, vantagePoint, roundAtMs }: WatchRoundInput,
  own: VantageReport,
): Promise<readonly VantageReport[] | undefined> {
  const { vantagePoints } = configuration.watchdog;
  if (vantagePoints.length === 1) return [own];
  await watchdog.saveReport(shard, own);
  const before = vantagePoints.findIndex(({ name }) => name === vantagePoint);
  const untilMs = clock.nowMs() + REPORTS_WAIT_MS + before * STANDBY_MS;
  for (;;) {
    const reports = (await watchdog.listReports(shard)).filter((report) => report.roundAtMs === roundAtMs);
    if (before === 0 && reports.length === vantagePoints.length) return reports;
    if (clock.nowMs() >= untilMs) return reports;
    await clock.sleep(LOOK_EVERY_MS);
    if (before > 0 && ((await watchdog.readShard(shard))?.roundAtMs ?? 0) >= roundAtMs) return undefined;
  }
}

async function announce(
  { watchdogEvents }: WatchRoundDeps,
  announcements: readonly Announcement[],
  peers: readonly WatchedPeer[],
  problems: string[],
): Promise<boolean> {
  if (announcements.length === 0) return true;
  const byName = new Map(peers.map((peer) => [peer.name, peer]));
  try {
    await watchdogEvents.publish(announcements.flatMap((announcement) => eventsOf(announcement, byName)));
    return true;
  } catch (error) {
    problems.push(
      `not announced: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    );
    return false;
  }
}

function responseTimes(observations: Observations): ReadonlyMap<string, number> {
  return new Map(
    [...observations].flatMap(([name, result]) =>
      result.outcome === 'answered' ? [[name, result.responseMs] as const] : [],
    ),
  );
}
