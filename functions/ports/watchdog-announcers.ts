import type { WatchdogEvent } from '../core/watchdog/announce.ts';

/** Puts the watchdog's events on the bus. */
export interface WatchdogEvents {
  /**
   * All of them, or it rejects; saying them again does no harm.
   *
   * @throws ServiceUnavailable
   */
  readonly publish: (events: readonly WatchdogEvent[]) => Promise<void>;
}

/** One round of one shard, as dashboards and alarms see it. */
export interface RoundFigures {
  readonly shard: number;
  readonly peers: number;
  readonly checks: number;
  readonly misses: number;
  readonly restarts: number;
  readonly isolations: number;
  /** Peers that no vantage point could ask. */
  readonly unchecked: number;
  /** Peers that are OFFLINE or ISOLATED. */
  readonly down: number;
  /** The observers are suspected: nothing was decided. */
  readonly held: boolean;
  readonly durationMs: number;
}

export interface WatchdogMetrics {
  readonly roundEnded: (figures: RoundFigures) => void;
}
