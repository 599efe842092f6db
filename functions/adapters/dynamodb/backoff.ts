import { setTimeout as sleepFor } from 'node:timers/promises';

/** The randomness and the delay that retries need. */
export interface Backoff {
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export const DEFAULT_BACKOFF: Backoff = {
  random: Math.random,
  sleep: async (milliseconds) => {
    await sleepFor(milliseconds);
  },
};

const BASE_MS = 20;
const LONGEST_MS = 400;

/** How often a write that conflicts with another one is tried in all: on average, about a second of waiting at most. */
export const CONFLICT_TRIES = 8;

/** Full jitter: anything between nothing and a bound that doubles. @param retry 0 for the first */
export function jitteredMs(retry: number, random: () => number): number {
  return random() * Math.min(LONGEST_MS, BASE_MS * 2 ** retry);
}
