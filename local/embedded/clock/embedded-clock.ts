import type { Clock } from '../../../functions/ports/clock.ts';

export interface Timer {
  /** Does nothing once the timer has fired. */
  readonly cancel: () => void;
}

export interface TimerOptions {
  /**
   * Set for a recurring timer, such as a schedule's: a clock with no other timers is idle.
   *
   * @default false
   */
  readonly background?: boolean;
}

/** A clock that can also call back. Everything in the embedded cloud waits by it. */
export interface EmbeddedClock extends Clock {
  /** Whether its time differs from real time. @default false */
  readonly isVirtual?: boolean;
  /** Calls back once, after the delay; never before this call has returned. */
  readonly after: (milliseconds: number, callback: () => void, options?: TimerOptions) => Timer;
}

/** Calls back at this interval until it is cancelled; a background timer. */
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
