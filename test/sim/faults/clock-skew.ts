import { AsyncLocalStorage } from 'node:async_hooks';
import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import { chanceAt } from './chance.ts';

/** How far the clock of a function may be off, in either direction. */
export const MAXIMUM_SKEW_MS = 700;

interface Running {
  readonly skewMs: number;
  readonly invocation: number;
}

/** A clock that is off by another amount in every invocation of a function, and right everywhere else. */
export interface SkewedClock {
  readonly clock: EmbeddedClock;
  /** Runs an invocation by a clock of its own. */
  readonly inFunction: <Result>(run: () => Result) => Result;
  /** The number of the invocation that is running; 0 outside of any. */
  readonly invocation: () => number;
  /** Runs what a function asks of a service by the service's clock. */
  readonly outside: <Result>(run: () => Result) => Result;
}

export function createSkewedClock(clock: EmbeddedClock, seed: number): SkewedClock {
  const running = new AsyncLocalStorage<Running>();
  let invocations = 0;
  return {
    clock: { ...clock, nowMs: () => clock.nowMs() + (running.getStore()?.skewMs ?? 0) },
    inFunction: (run) => {
      invocations += 1;
      const off = Math.round((chanceAt(seed, `skew ${invocations}`) * 2 - 1) * MAXIMUM_SKEW_MS);
      return running.run({ skewMs: off, invocation: invocations }, run);
    },
    invocation: () => running.getStore()?.invocation ?? 0,
    outside: (run) => running.run({ skewMs: 0, invocation: running.getStore()?.invocation ?? 0 }, run),
  };
}
