import { setTimeout as sleep } from 'node:timers/promises';
import type { StepPhase } from '../../functions/core/operation/operation.ts';
import type { DemoComponent } from './components.ts';
import { waitFor } from './repeat.ts';
import { byTimeAndCause } from './timeline-order.ts';

/** How an entry bears on the component. */
export type Tone = 'good' | 'bad' | 'plain';

/** Something that has happened, as a record or an event says it. */
export interface TimelineEntry {
  readonly atMs: number;
  readonly component: DemoComponent;
  /**
   * `fault`: what the demo breaks. `alarm`: CloudWatch. `heartbeat`: the watchdog. `state`: an operation.
   * `step`: an action that has ended. `refusal`: a decision not to heal. `notice`: what the architect was told.
   */
  readonly kind: 'fault' | 'alarm' | 'heartbeat' | 'state' | 'step' | 'refusal' | 'notice';
  /** An operation's, an alarm's or a peer's state, a step's outcome, a refusal's reason. */
  readonly state: string;
  readonly tone: Tone;
  readonly why: string;
  readonly action?: string;
  /** Which part of its operation a step belongs to. */
  readonly phase?: StepPhase;
  readonly host?: string;
  readonly tookMs?: number;
  readonly operationId?: string;
  readonly strategyId?: string;
  readonly attempt?: number;
  readonly eligibleAtMs?: number;
}

/** CloudWatch says that something is wrong. */
export function isAlarm({ kind, state }: TimelineEntry): boolean {
  return kind === 'alarm' && state === 'ALARM';
}

/** The watchdog says how a peer is. */
export function isHeartbeat({ kind }: TimelineEntry): boolean {
  return kind === 'heartbeat';
}

/** An operation has ended. */
export function isEnd({ kind, state }: TimelineEntry): boolean {
  return kind === 'state' && (state === 'COMPLETED' || state === 'FAILED');
}

const FLUSH_EVERY_MS = 100;

export interface TimelineListener {
  readonly entry: (entry: TimelineEntry) => void;
  /** What is waited for has changed. */
  readonly awaiting: (whats: readonly string[]) => void;
}

/** All that has happened, told in order. */
export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  readonly #held: TimelineEntry[] = [];
  readonly #awaited = new Set<string>();
  readonly #listener: TimelineListener;
  readonly #holdMs: number;

  /**
   * @param holdMs events, records and messages come by different ways: an entry is held so long, so that earlier ones
   *   overtake it
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

  /** Tells what has been held long enough, oldest first. */
  flush(heldSinceMs = Date.now() - this.#holdMs): void {
    const due = this.#held.filter(({ atMs }) => atMs <= heldSinceMs);
    for (const entry of due.toSorted(byTimeAndCause)) this.#listener.entry(entry);
    this.#held.splice(0, this.#held.length, ...this.#held.filter((entry) => !due.includes(entry)));
  }

  /**
   * The first entry, told or not, that is wanted.
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

  /** Tells entries until the signal is given, then all that is left. */
  async run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      this.flush();
      await sleep(FLUSH_EVERY_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
    this.flush(Number.POSITIVE_INFINITY);
  }
}
