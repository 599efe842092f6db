import { setTimeout as sleep } from 'node:timers/promises';

export interface Repetition {
  /** Waits for the round under way. */
  readonly stop: () => Promise<void>;
}

/**
 * Repeats something at intervals, one round at a time. An error in a round is left to the next round; no result is
 * invented.
 */
export function repeat(everyMs: number, round: () => Promise<void>): Repetition {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      await round().catch(() => undefined);
      const restMs = Math.max(0, everyMs - (performance.now() - startedAt));
      await sleep(restMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/**
 * Waits until something is found.
 *
 * @throws Error when the time is up, or the signal's reason
 */
export async function waitFor<Found>(
  what: string,
  timeoutSeconds: number,
  signal: AbortSignal,
  find: () => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  for (;;) {
    signal.throwIfAborted();
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not seen within ${timeoutSeconds} s`);
    await sleep(200, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
