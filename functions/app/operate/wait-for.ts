import type { Clock } from '../../ports/clock.ts';

const POLL_EVERY_MS = 1_000;

/** Asks until there is an answer; `undefined` when the time is up. Asks at least once. */
export async function waitFor<Answer>(
  clock: Clock,
  timeoutMs: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const endMs = clock.nowMs() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || clock.nowMs() >= endMs) return answer;
    await clock.sleep(POLL_EVERY_MS);
  }
}
