import type { Clock } from '../../../functions/ports/clock.ts';

export interface Timer {
  /** Does nothing once the timer has fired. */
  readonly cancel: () => void;
}

export interface TimerOptions {
  /**
   * A timer that comes again and again, such as a schedule's: a clock whose only timers are of this kind is idle.
   *
   * @default false
   */
  readonly background?: boolean;
}

/** A clock that can also call back. Everything in the embedded cloud that waits, waits by it. */
export interface EmbeddedClock extends Clock {
  /** Whether its time is not the world's. @default false */
  readonly isVirtual?: boolean;
  /** Calls back once, after so long; never before this call has returned. */
  readonly after: (milliseconds: number, callback: () => void, options?: TimerOptions) => Timer;
}

/** Calls back every so often, until it is cancelled; a background timer. */
export function every(clock: EmbeddedClock, milliseconds: number, callback: () => void): Timer {
  let cancelled = false;
  let timer: Timer | undefined;
  const schedule = () => {
    timer = clock.after(
      milliseconds,
      () => {
        schedule();
        callback();
      },
      { background: true },
    );
  };
  schedule();
  return {
    cancel: () => {
      if (cancelled) return;
      cancelled = true;
      timer?.cancel();
    },
  };
}
