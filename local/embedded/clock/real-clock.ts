import type { EmbeddedClock } from './embedded-clock.ts';

/** The longest delay of a Node timer, about 24 days. */
const LONGEST_MS = 2_147_483_647;

/** Real time. Background timers don't keep the process alive. */
export function createRealClock(): EmbeddedClock {
  return {
    nowMs: () => Date.now(),
    sleep: (milliseconds) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, LONGEST_MS))),
    after: (milliseconds, callback, { background = false } = {}) => {
      const timer = setTimeout(callback, Math.min(milliseconds, LONGEST_MS));
      if (background) timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
