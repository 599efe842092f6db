import type { LadderStep, PeerState } from './ladder.ts';
import type { ObserverStep, Observers } from './observers.ts';

/** Counted since the watchdog started. */
export interface WatchTotals {
  readonly checks: number;
  readonly misses: number;
  readonly restarts: number;
  readonly isolations: number;
}

/** A decision that has to be announced: of a peer's ladder, or about a vantage point. */
export interface Announcement {
  /** Name of the peer or the vantage point. */
  readonly subject: string;
  readonly roundAtMs: number;
  readonly step: LadderStep | ObserverStep;
}

/** Response times in the order of the shard's sorted peers; `undefined` where a peer has never answered. */
export interface ResponseTimes {
  /** Whose they are: see `rosterOf`. */
  readonly roster: string;
  readonly milliseconds: readonly (number | undefined)[];
}

/** What the watchdog remembers of one shard: all there is, and written once a round. Times are epoch milliseconds. */
export interface ShardRecord {
  readonly shard: number;
  /** The last round that was decided. */
  readonly roundAtMs: number;
  /** When the peers without a state of their own answered last. */
  readonly seenAtMs: number;
  readonly startedAtMs: number;
  readonly totals: WatchTotals;
  readonly peerCount: number;
  /** By peer; those that are steady are left out. */
  readonly states: Readonly<Record<string, PeerState>>;
  readonly observers: Observers;
  readonly responses: ResponseTimes;
  /** Decided and not yet known to be announced; reminders are left out. */
  readonly pending: readonly Announcement[];
}

/** How many announcements a record keeps until they are made; DynamoDB's items end at 400 KB. */
const MOST_PENDING = 1_000;

/** The announcements that a record keeps. What asks for no repair is dropped first, then the oldest. */
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
