import type { Heartbeat } from './ladder.ts';
import type { MissReason } from './miss-reason.ts';

/** What one vantage point saw in one round. Peers that it does not name have answered it. */
export interface VantageReport {
  readonly vantagePoint: string;
  readonly roundAtMs: number;
  /** When it read the list of peers: it says nothing about those registered later. */
  readonly peersAsOfMs: number;
  readonly missed: readonly string[];
  /** Why, by the peer's name. @default for no known reason */
  readonly reasons?: Readonly<Record<string, MissReason>>;
  /** Peers that could not be checked, through no fault of theirs. */
  readonly unchecked: readonly string[];
}

/** With fewer peers than this, the observer is not suspected even if most are dark. */
const FEWEST_PEERS = 3;

/**
 * Vantage points for which most of the healthy peers went dark at once: they are cut off themselves. If several vantage
 * points reported and all of them saw that, none is suspected: the peers are dark.
 *
 * @param healthy names of the peers that were HEALTHY before this round
 */
export function suspectedObservers(
  reports: readonly VantageReport[],
  healthy: ReadonlySet<string>,
): ReadonlySet<string> {
  const suspects = reports.filter(({ missed, unchecked }) => {
    const asked = healthy.size - unchecked.filter((name) => healthy.has(name)).length;
    const dark = missed.filter((name) => healthy.has(name)).length;
    return asked >= FEWEST_PEERS && dark * 2 > asked;
  });
  const areAgreed = reports.length > 1 && suspects.length === reports.length;
  return new Set(areAgreed ? [] : suspects.map(({ vantagePoint }) => vantagePoint));
}

/**
 * What the vantage points agree on: a peer missed its heartbeat if the majority of those that checked it say so. Peers
 * that none could check are left out. A suspected vantage point has no say about what it missed, but a peer that answered
 * it is there.
 *
 * @param reports of the vantage points that reported this round
 */
export function countVotes(
  reports: readonly VantageReport[],
  suspected: ReadonlySet<string>,
  peers: readonly { readonly name: string; readonly registeredAtMs: number }[],
): ReadonlyMap<string, Heartbeat> {
  const voters = reports.map(({ vantagePoint, peersAsOfMs, missed, unchecked }) => ({
    peersAsOfMs,
    missed: new Set(missed),
    unchecked: new Set(suspected.has(vantagePoint) ? [...unchecked, ...missed] : unchecked),
  }));
  const verdicts = new Map<string, Heartbeat>();
  for (const { name, registeredAtMs } of peers) {
    const asked = voters.filter(
      ({ peersAsOfMs, unchecked }) => registeredAtMs <= peersAsOfMs && !unchecked.has(name),
    );
    const misses = asked.filter(({ missed }) => missed.has(name)).length;
    if (asked.length > 0) verdicts.set(name, misses * 2 > asked.length ? 'missed' : 'answered');
  }
  return verdicts;
}

/** Why a peer missed its heartbeat, as most of those say that missed it and know why. */
export function missReason(
  reports: readonly VantageReport[],
  suspected: ReadonlySet<string>,
  name: string,
): MissReason | undefined {
  const said = reports.flatMap(({ vantagePoint, missed, reasons = {} }) => {
    const reason = Object.hasOwn(reasons, name) ? reasons[name] : undefined;
    return reason !== undefined && missed.includes(name) && !suspected.has(vantagePoint) ? [reason] : [];
  });
  const counted = [...Map.groupBy(said, (reason) => reason)];
  return counted.toSorted(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1))[0]?.[0];
}
