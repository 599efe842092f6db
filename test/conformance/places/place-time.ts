import { expect } from 'vitest';
import type { PlaceTime, Polled } from './place.ts';

const EVERY_MS = 100;
const POLL_SECONDS = 20;

interface Time {
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Factor on the waits of state machines. */
  readonly waitScale: number;
  /** Factor on how long scenarios wait for something, where waits are longer than scenarios were written for. */
  readonly patience: number;
}

/** All that scenarios know about time, over a clock. */
export function placeTime({ nowMs, sleep, waitScale, patience }: Time): PlaceTime {
  const until: PlaceTime['until'] = async (what, seconds, ask) => {
    const deadlineMs = nowMs() + seconds * patience * 1_000;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (nowMs() >= deadlineMs) throw new Error(`waited ${seconds * patience} s in vain for: ${what}`);
      await sleep(EVERY_MS);
    }
  };
  const holds = async (ask: () => unknown, matcher: string, args: readonly unknown[]): Promise<void> => {
    const deadlineMs = nowMs() + POLL_SECONDS * patience * 1_000;
    for (;;) {
      const value = await ask();
      try {
        const assertion = expect(value) as unknown as Record<string, (...args: readonly unknown[]) => void>;
        assertion[matcher]?.(...args);
        return;
      } catch (error) {
        if (nowMs() >= deadlineMs) throw error;
      }
      await sleep(EVERY_MS);
    }
  };
  return {
    nowMs,
    sleep,
    scaled: (milliseconds) => milliseconds * waitScale,
    until,
    poll: (ask) =>
      new Proxy({} as Polled, {
        get:
          (_, matcher) =>
          (...args: readonly unknown[]) =>
            holds(ask, String(matcher), args),
      }),
  };
}
