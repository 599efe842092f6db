import type { LadderStep, PeerState } from './ladder.ts';
import type { ObserverStep, Observers } from './observers.ts';

/** Counted since the watchdog started. */
export interface WatchTotals {
  readonly checks: number;
  readonly misses: number;
  readonly restarts: number;
  readonly isolations: number;
}

/** A decision that has to be announced: about a peer, or about a vantage point. */
export interface Announcement {
  /** Name of the peer or the vantage point. */
  readonly subject: string;
  readonly roundAtMs: number;
  readonly step: LadderStep | ObserverStep;
}

/** Response times in the order of the shard's sorted peers; `undefined` where a peer has never answered. */
export interface ResponseTimes {
  /** Identifies the peers: see `rosterOf`. */
  readonly roster: string;
  readonly milliseconds: readonly (number | undefined)[];
}

/** All that the watchdog remembers of one shard, written once a round. Times are epoch milliseconds. */
export interface ShardRecord {
  readonly shard: number;
  /** The last round that was decided. */
  readonly roundAtMs: number;
  /** When the peers without a state of their own last answered. */
  readonly seenAtMs: number;
  readonly startedAtMs: number;
  readonly totals: WatchTotals;
  readonly peerCount: number;
  /** By peer; those that are steady are left out. */
  readonly states: Readonly<Record<string, PeerState>>;
  readonly observers: Observers;
  readonly responses: ResponseTimes;
  /** Decisions not yet known to be announced; reminders are left out. */
  readonly pending: readonly Announcement[];
}

/** How many pending announcements a record keeps; DynamoDB limits an item to 400 KB. */
const MOST_PENDING = 1_000;

/** The announcements that a record keeps. Those that ask for no repair are dropped first, then the oldest. */
export function mostUrgent(pending: readonly Announcement[]): readonly Announcement[] {
  if (pending.length <= MOST_PENDING) return pending;
  const isAlert = ({ step }: Announcement) => step.kind === 'escalation' && step.action === 'alert';
  const inOrder = [...pending.filter(isAlert), ...pending.filter((one) => !isAlert(one))];
  return inOrder.slice(-MOST_PENDING);
}

/** How many peers are down. */
export function downIn({ states }: Pick<ShardRecord, 'states'>): number {
  return Object.values(states).filter(({ status }) => status === 'OFFLINE' || status === 'ISOLATED').length;
}
