import type { VantageReport } from '../../../functions/core/watchdog/votes.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence, Snapshot } from './evidence.ts';

interface Judged extends Pick<Evidence, 'trace' | 'fleet'> {
  readonly whenQuiet: Pick<Snapshot, 'atMs'>;
}

/** Whatever is struck, one of this many rounds is decided and reported. */
const PATIENCE_ROUNDS = 12;

/**
 * 14. The watchdog asks for the repair of every peer that is down, and of no other.
 *
 * A restart or an isolation takes the configured number of misses in a row, each seen by the majority of the vantage
 * points that had reported when it may have been decided. And a peer that is down for long enough is reported.
 */
export function watchesTruly(evidence: Judged): readonly string[] {
  return evidence.fleet.watchdog.enabled ? [...unfounded(evidence), ...unsaid(evidence)] : [];
}

function unfounded({ trace, fleet }: Judged): readonly string[] {
  const { missesBeforeRestart } = fleet.watchdog;
  return trace.of('announced').flatMap(({ events }) =>
    events.flatMap(({ detail: { peerName, action }, atMs }) => {
      if (action !== 'restart' && action !== 'isolate') return [];
      const misses = missesInARow(trace, String(peerName), atMs);
      if (misses >= missesBeforeRestart) return [];
      return [`the watchdog asked to ${action} ${peerName} after ${misses} misses of the majority`];
    }),
  );
}

/**
 * Counts back from a round to the last one that the peer answered. A round in which no vantage point was fit to judge
 * says nothing of any peer, and adds no check to the total.
 */
function missesInARow(trace: Evidence['trace'], peer: string, untilMs: number): number {
  const rounds = trace
    .of('round-decided')
    .filter(({ roundAtMs }) => roundAtMs <= untilMs)
    .toSorted((a, b) => a.roundAtMs - b.roundAtMs)
    .filter(({ checks }, index, all) => checks !== all[index - 1]?.checks)
    .reverse();
  const answered = rounds.findIndex((round) => !mayBeMissed(trace, round, peer));
  return answered === -1 ? rounds.length : answered;
}

/**
 * A decision goes by the last report of each vantage point at the time, if it is of that round, and may set aside a
 * vantage point that sees most peers dark. A report that comes after one of a later round is not kept.
 */
function mayBeMissed(
  trace: Evidence['trace'],
  { roundAtMs, index }: Of<'round-decided'>,
  peer: string,
): boolean {
  const last = new Map<string, VantageReport>();
  return trace
    .of('vantage-report')
    .filter(({ report, index: at }) => at < index && report.roundAtMs >= roundAtMs)
    .some(({ report }) => {
      const kept = last.get(report.vantagePoint);
      if (kept === undefined || kept.roundAtMs <= report.roundAtMs) last.set(report.vantagePoint, report);
      const ofRound = [...last.values()].filter((each) => each.roundAtMs === roundAtMs);
      return isMissedByMost(ofRound, peer) || isMissedByMost(inTheLight(ofRound), peer);
    });
}

/** Those that see fewer than two peers dark that others see: the rest may be cut off from most healthy peers. */
function inTheLight(reports: readonly VantageReport[]): readonly VantageReport[] {
  const isDarkForAll = (peer: string) => reports.every(({ missed }) => missed.includes(peer));
  return reports.filter(({ missed }) => missed.filter((peer) => !isDarkForAll(peer)).length < 2);
}

function isMissedByMost(reports: readonly VantageReport[], peer: string): boolean {
  return reports.filter(({ missed }) => missed.includes(peer)).length * 2 > reports.length;
}

function unsaid({ trace, fleet, whenQuiet }: Judged): readonly string[] {
  const patienceMs = PATIENCE_ROUNDS * fleet.watchdog.intervalSeconds * 1_000;
  return trace.of('sick').flatMap(({ component, atMs, index }) => {
    const untilMs = atMs + patienceMs;
    const isMeanwhile = (each: { readonly atMs: number }) => each.atMs >= atMs && each.atMs <= untilMs;
    const isBack = (each: Of<'cured'>) =>
      each.component === component && each.index > index && isMeanwhile(each);
    const isWatched = configurations(trace, atMs, untilMs).every(({ components }) =>
      Object.hasOwn(components, component),
    );
    if (fleet.components[component]?.health === undefined || !isWatched) return [];
    if (untilMs > whenQuiet.atMs || trace.of('cured').some(isBack)) return [];
    const reports = trace
      .of('announced')
      .filter(({ events }) => events.some(({ detail }) => detail['component'] === component));
    const before = reports.findLast((each) => each.index < index);
    const isSaid = reports.some(isMeanwhile) || (before && isMissedBetween(trace, component, before, index));
    return isSaid ? [] : [`${component} was down for ${patienceMs} ms, and the watchdog did not report it`];
  });
}

/** Whether a peer has answered in no round since it was reported: to the watchdog, that is one outage. */
function isMissedBetween(
  trace: Evidence['trace'],
  peer: string,
  { index: from }: Of<'announced'>,
  until: number,
): boolean {
  return trace
    .of('round-decided')
    .filter(({ index }) => index >= from && index < until)
    .every((round) => mayBeMissed(trace, round, peer));
}

/** What was deployed at any time in between. */
function configurations(trace: Evidence['trace'], fromMs: number, untilMs: number) {
  const deployed = trace.of('deployed').filter(({ atMs }) => atMs <= untilMs);
  const first = deployed.findLastIndex(({ atMs }) => atMs <= fromMs);
  return deployed.slice(Math.max(0, first)).map(({ configuration }) => configuration);
}
