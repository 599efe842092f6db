import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from './repeat.ts';
import type { TimelineEntry } from './timeline-entry.ts';
import { byTimeAndCause } from './timeline-order.ts';

const FLUSH_EVERY_MS = 100;

export interface TimelineListener {
  readonly entry: (entry: TimelineEntry) => void;
  /** Reports that what is waited for has changed. */
  readonly awaiting: (whats: readonly string[]) => void;
}

/** Everything that has happened, in order. */
export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  readonly #held: TimelineEntry[] = [];
  readonly #awaited = new Set<string>();
  readonly #listener: TimelineListener;
  readonly #holdMs: number;

  /**
   * @param holdMs how long an entry is held back: events, records and messages arrive by different ways, and earlier
   * ones may still overtake it
   */
  constructor(listener: TimelineListener, holdMs: number) {
    this.#listener = listener;
    this.#holdMs = holdMs;
  }

  /** In the order in which they came. */
  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  add(...entries: readonly TimelineEntry[]): void {
    this.#entries.push(...entries);
    this.#held.push(...entries);
  }

  /** Prints the entries that were held long enough, oldest first. */
  flush(heldSinceMs = Date.now() - this.#holdMs): void {
    const due = this.#held.filter(({ atMs }) => atMs <= heldSinceMs);
    for (const entry of due.toSorted(byTimeAndCause)) this.#listener.entry(entry);
    this.#held.splice(0, this.#held.length, ...this.#held.filter((entry) => !due.includes(entry)));
  }

  /**
   * The first wanted entry, printed or not.
   *
   * @throws Error when the time is up, or the signal's reason
   */
  async first(
    what: string,
    timeoutSeconds: number,
    signal: AbortSignal,
    isWanted: (entry: TimelineEntry) => boolean,
  ): Promise<TimelineEntry> {
    this.#awaited.add(what);
    this.#listener.awaiting([...this.#awaited]);
    try {
      return await waitFor(what, timeoutSeconds, signal, () => this.#entries.find(isWanted));
    } finally {
      this.#awaited.delete(what);
      this.#listener.awaiting([...this.#awaited]);
    }
  }

  /** Prints entries until the signal is aborted, then all that are left. */
  async run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      this.flush();
      await sleep(FLUSH_EVERY_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
    this.flush(Number.POSITIVE_INFINITY);
  }
}
