import type { EmbeddedClock } from './embedded-clock.ts';
import { type QueuedTimer, TimerQueue } from './timer-queue.ts';

/**
 * A clock that stands still until it is advanced. The same timers fire in the same order: nothing depends on the
 * machine.
 */
export interface VirtualClock extends EmbeddedClock {
  /** Lets this much time pass: every timer that comes due fires, and its promises settle before the next. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /**
   * Lets time pass until only background timers are left, or `isOver` returns true.
   *
   * @returns `false` if the limit was reached before
   */
  readonly runUntilIdle: (limitMs: number, isOver?: () => boolean) => Promise<boolean>;
  /** How many timers have fired. */
  readonly fired: () => number;
}

/** Time was advanced while it was already advancing: await the first call, or use a timer. */
class ClockBusy extends Error {
  override readonly name = 'ClockBusy';
}

/**
 * A virtual clock. Timers fire in the order of their time, then of their creation.
 *
 * @param startMs epoch milliseconds
 */
export function createVirtualClock(startMs: number): VirtualClock {
  const queue = new TimerQueue();
  let nowMs = startMs;
  let sequence = 0;
  let foreground = 0;
  let firedCount = 0;
  let isRunning = false;

  const after: EmbeddedClock['after'] = (milliseconds, callback, { background = false } = {}) => {
    sequence += 1;
    const dueMs = nowMs + Math.max(0, Math.ceil(milliseconds));
    const timer: QueuedTimer = { dueMs, sequence, background, callback, isOver: false };
    queue.push(timer);
    if (!background) foreground += 1;
    return {
      cancel: () => {
        if (timer.isOver) return;
        timer.isOver = true;
        if (!background) foreground -= 1;
      },
    };
  };

  async function run(untilMs: number, isOver: () => boolean): Promise<boolean> {
    if (isRunning) throw new ClockBusy('the virtual clock is running: await advance or runUntilIdle first');
    isRunning = true;
    try {
      await settled();
      for (;;) {
        if (isOver()) return true;
        const next = queue.peek();
        if (next === undefined || next.dueMs > untilMs) return false;
        queue.pop();
        next.isOver = true;
        firedCount += 1;
        if (!next.background) foreground -= 1;
        nowMs = next.dueMs;
        next.callback();
        await settled();
      }
    } finally {
      isRunning = false;
    }
  }

  return {
    isVirtual: true,
    nowMs: () => nowMs,
    sleep: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    after,
    advance: async (milliseconds) => {
      const untilMs = nowMs + Math.max(0, Math.ceil(milliseconds));
      await run(untilMs, () => false);
      nowMs = untilMs;
    },
    runUntilIdle: (limitMs, isOver = () => false) =>
      run(nowMs + Math.ceil(limitMs), () => foreground === 0 || isOver()),
    fired: () => firedCount,
  };
}

/** By then every promise that needs no timer has settled: Node empties its microtask queue first. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
