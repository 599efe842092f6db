import { confirmed } from './confirmation.ts';
import {
  type Climb,
  climb,
  type Heartbeat,
  isSteady,
  type LadderStep,
  type PeerState,
  steadyState,
} from './ladder.ts';
import type { MissReason } from './miss-reason.ts';
import { watchObservers } from './observers.ts';
import type { WatchedPeer } from './peer.ts';
import type { Announcement, ResponseTimes, ShardRecord, WatchTotals } from './shard-record.ts';
import { rosterOf } from './shards.ts';
import { countVotes, missReason, suspectedObservers, type VantageReport } from './votes.ts';

export interface Round {
  readonly shard: number;
  readonly roundAtMs: number;
  /** Whether it is an extra round between two regular ones, to confirm the misses of the last. @default false */
  readonly confirms?: boolean;
  readonly nowMs: number;
  /** The record of the previous round; `undefined` for the first. */
  readonly previous: ShardRecord | undefined;
  /** The shard's peers, sorted by name. */
  readonly peers: readonly WatchedPeer[];
  /** Names of all vantage points. */
  readonly vantagePoints: readonly string[];
  readonly reports: readonly VantageReport[];
  /** How many milliseconds peers took to answer, as the deciding vantage point measured it. */
  readonly responseMs: ReadonlyMap<string, number>;
}

export interface Judgement {
  readonly record: ShardRecord;
  readonly announcements: readonly Announcement[];
  /** No vantage point was fit to judge: nothing was decided about any peer. */
  readonly held: boolean;
  /** This round's share of the totals. */
  readonly counts: WatchTotals;
}

/** What one round means for every peer of a shard. The order of the peers makes no difference. */
export function judgeRound(round: Round): Judgement {
  const { shard, roundAtMs, nowMs, previous, peers } = round;
  const reports = round.reports.filter((report) => report.roundAtMs === roundAtMs);
  const states = new Map(peers.map((peer) => [peer.name, stateBefore(round, peer)]));
  const healthy = [...states].filter(([, { status }]) => status === 'HEALTHY');
  const suspected = suspectedObservers(reports, new Set(healthy.map(([name]) => name)));
  const held = reports.every(({ vantagePoint }) => suspected.has(vantagePoint));
  const seenAtMs = held ? (previous?.seenAtMs ?? nowMs) : nowMs;

  const { observers, steps: observerSteps } = attendanceOf(round, reports, suspected);
  const votes = held ? new Map<string, Heartbeat>() : countVotes(reports, suspected, peers);
  const verdicts = round.confirms === true ? confirmed(votes, states) : votes;
  const announced: [string, Announcement['step']][] = observerSteps.map(([name, step]) => [name, step]);
  const kept: Record<string, PeerState> = {};
  for (const peer of peers) {
    const heartbeat = verdicts.get(peer.name);
    const missedFor = heartbeat === 'missed' ? missReason(reports, suspected, peer.name) : undefined;
    const { state, steps } = stepOf(peer, states.get(peer.name), heartbeat, nowMs, missedFor);
    announced.push(...steps.map((step): [string, LadderStep] => [peer.name, step]));
    if (!isSteady(state) || state.lastSeenMs !== seenAtMs) kept[peer.name] = state;
  }
  const announcements = announced.map(([subject, step]) => ({ subject, roundAtMs, step }));
  const counts = countsOf(verdicts, announcements);
  return {
    held,
    counts,
    announcements,
    record: {
      shard,
      roundAtMs,
      seenAtMs,
      startedAtMs: previous?.startedAtMs ?? nowMs,
      totals: sum(previous?.totals ?? NOTHING, counts),
      peerCount: peers.length,
      states: kept,
      observers,
      responses: responsesOf(round),
      // If a reminder is lost, the next one follows.
      pending: announcements.filter(({ step }) => step.kind !== 'reminder'),
    },
  };
}

/** Only regular rounds watch the vantage points: a confirmation does not wait for the slowest of them. */
function attendanceOf(
  { previous, confirms, vantagePoints }: Round,
  reports: readonly VantageReport[],
  suspected: ReadonlySet<string>,
): ReturnType<typeof watchObservers> {
  const before = previous?.observers ?? {};
  if (confirms === true) return { observers: before, steps: [] };
  const reported = new Set(reports.map(({ vantagePoint }) => vantagePoint));
  return watchObservers(before, { expected: vantagePoints, reported, suspected });
}

/** A peer without a remembered state was healthy in the previous round, or is new, and new peers start as healthy. */
function stateBefore({ previous, nowMs }: Round, { name, registeredAtMs }: WatchedPeer): PeerState {
  const known = previous && Object.hasOwn(previous.states, name) ? previous.states[name] : undefined;
  return known ?? steadyState(Math.max(previous?.seenAtMs ?? nowMs, registeredAtMs));
}

function stepOf(
  peer: WatchedPeer,
  state: PeerState = steadyState(0),
  heartbeat: Heartbeat | undefined,
  nowMs: number,
  missedFor: MissReason | undefined,
): Climb {
  if (!heartbeat) return { state, steps: [] };
  const climbed = climb(state, heartbeat, peer.limits, nowMs);
  if (heartbeat === 'answered') return climbed;
  // Of the last heartbeat: what was wrong with those before it may be over.
  const { missedFor: _before, ...kept } = climbed.state;
  if (missedFor === undefined) return { ...climbed, state: kept };
  const steps = climbed.steps.map((step) => (step.kind === 'recovery' ? step : { ...step, missedFor }));
  return { state: { ...kept, missedFor }, steps };
}

const NOTHING: WatchTotals = { checks: 0, misses: 0, restarts: 0, isolations: 0 };

function countsOf(
  verdicts: ReadonlyMap<string, Heartbeat>,
  announcements: readonly Announcement[],
): WatchTotals {
  const actions = announcements.map(({ step }) => (step.kind === 'escalation' ? step.action : undefined));
  return {
    checks: verdicts.size,
    misses: [...verdicts.values()].filter((verdict) => verdict === 'missed').length,
    restarts: actions.filter((action) => action === 'restart').length,
    isolations: actions.filter((action) => action === 'isolate').length,
  };
}

function sum(one: WatchTotals, other: WatchTotals): WatchTotals {
  return {
    checks: one.checks + other.checks,
    misses: one.misses + other.misses,
    restarts: one.restarts + other.restarts,
    isolations: one.isolations + other.isolations,
  };
}

/** A peer that didn't answer keeps its last response time, as long as the list of peers stays the same. */
function responsesOf({ previous, peers, responseMs }: Round): ResponseTimes {
  const roster = rosterOf(peers.map(({ name }) => name));
  const before = previous?.responses.roster === roster ? previous.responses.milliseconds : [];
  return { roster, milliseconds: peers.map(({ name }, index) => responseMs.get(name) ?? before[index]) };
}
