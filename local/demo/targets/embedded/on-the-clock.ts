/**
 * Calls whenever the clock has passed a multiple of `everyMs` by `offsetMs`, whenever it was started.
 *
 * @returns a function that ends it
 */
export function onTheClock(everyMs: number, offsetMs: number, call: () => void): () => void {
  let dueMs = Math.ceil((Date.now() - offsetMs) / everyMs) * everyMs + offsetMs;
  let timer: NodeJS.Timeout;
  const schedule = (): void => {
    timer = setTimeout(() => {
      // A timer may be early by a millisecond, and late by any time.
      const isDue = Date.now() >= dueMs;
      while (dueMs <= Date.now()) dueMs += everyMs;
      schedule();
      if (isDue) call();
    }, dueMs - Date.now());
  };
  schedule();
  return () => clearTimeout(timer);
}
