import { createHash } from 'node:crypto';
import type { Tier } from '../detection/detector.ts';
import type { Injection } from './injection.ts';
import type { ProfileRow } from './profile-answer.ts';
import type { WaitingRow } from './read-window.ts';

/** What is kept of a series between two runs. Times are epoch milliseconds. */
export interface Baseline {
  /** Of the series as it was configured: a baseline of another one is of no use. */
  readonly fingerprint: string;
  /** Every data point before it has been counted, or is given up; none from it on. */
  readonly readUntilMs: number;
  /** What happened before it was learned from, and announced to nobody. */
  readonly watchedSinceMs: number;
  /** The newest data point that was judged. */
  readonly last?: JudgedPoint;
  /** The anomaly that has not ended. */
  readonly open?: OpenAnomaly;
  /** Of series that are watched together: what has not arrived of all of them yet. @default nothing */
  readonly waiting?: readonly WaitingRow[];
  /** The detector's state, as core/detection packs it. */
  readonly packed: Uint8Array;
}

export interface JudgedPoint {
  readonly atMs: number;
  /** Missing where silence was judged. */
  readonly value?: number;
  readonly expected?: number;
  readonly score: number;
  /** Which of the series that are watched together is meant. @default there is one series, or nothing more is kept */
  readonly part?: number;
}

export interface OpenAnomaly extends JudgedPoint {
  readonly sinceMs: number;
  readonly tier: Tier;
}

/** From the first announcement of a component's anomalies to its recovery. */
export interface Episode {
  readonly sinceMs: number;
  readonly level: 'notify' | 'signal';
  readonly tier: Tier;
  readonly metric: string;
  readonly announcedAtMs: number;
  /** How many announcements there were. */
  readonly count: number;
}

/** What is known of the profile of a component's hosts. */
export interface ProfileState {
  /** Commands whose answers are to be read. */
  readonly requests: readonly { readonly commandId: string; readonly sinceMs: number }[];
  readonly requestedAtMs: number;
  /** When the collector was last to be installed on some of them. */
  readonly installedAtMs?: number;
  /** By instance. */
  readonly latest: Readonly<Record<string, ProfileRow>>;
}

export interface ComponentBaselines {
  /** By the series' name. */
  readonly series: Readonly<Record<string, Baseline>>;
  readonly episode?: Episode;
  readonly profile?: ProfileState;
  /** @default none */
  readonly injected?: readonly Injection[];
}

/** What is still to be sent. */
export interface Announcement {
  /** What it is about: a later announcement about the same takes the place of one that is not sent yet. */
  readonly about: string;
  /** When it was decided: the time of its event. */
  readonly atMs: number;
  /** `detail` of a `Selfheal Signal`. */
  readonly signal?: Readonly<Record<string, unknown>>;
  /** For the architect. */
  readonly notification?: { readonly subject: string; readonly body: Readonly<Record<string, unknown>> };
}

/** The baselines of the components that share a record. */
export interface BaselineShard {
  readonly shard: number;
  readonly savedAtMs: number;
  readonly components: Readonly<Record<string, ComponentBaselines>>;
  /** Decided and not yet known to be sent, oldest first. */
  readonly pending: readonly Announcement[];
}

/** Never to be changed: a component's record is found by it. */
export const BASELINE_SHARDS = 256;

/** The record of a component. Many small components share one, so that a run needs few writes. */
export function baselineShardOf(component: string): number {
  return createHash('sha256').update(component).digest().readUInt32BE(0) % BASELINE_SHARDS;
}
