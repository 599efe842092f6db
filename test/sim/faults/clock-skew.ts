import { AsyncLocalStorage } from 'node:async_hooks';
import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import { chanceAt } from './chance.ts';

/** How far the clock of a function may be off, in either direction. */
export const MAXIMUM_SKEW_MS = 700;

interface Running {
  readonly skewMs: number;
  readonly invocation: number;
  readonly operationId: string;
}

const NOBODY: Running = { skewMs: 0, invocation: 0, operationId: '' };

/** A clock that is off by a different amount in each invocation of a function, and right everywhere else. */
export interface SkewedClock {
  readonly clock: EmbeddedClock;
  /** Runs an invocation with a clock of its own. @param operationId the operation that it is for; empty if there is none */
  readonly inFunction: <Result>(operationId: string, run: () => Result) => Result;
  /** The number of the invocation that is running; 0 outside of them. */
  readonly invocation: () => number;
  /** The operation that it is for; empty if there is none. */
  readonly operationId: () => string;
  /** Runs a call to a service, which goes by its own clock. */
  readonly outside: <Result>(run: () => Result) => Result;
}

export function createSkewedClock(clock: EmbeddedClock, seed: number): SkewedClock {
  const running = new AsyncLocalStorage<Running>();
  let invocations = 0;
  return {
    clock: { ...clock, nowMs: () => clock.nowMs() + (running.getStore()?.skewMs ?? 0) },
    inFunction: (operationId, run) => {
      invocations += 1;
      const off = Math.round((chanceAt(seed, `skew ${invocations}`) * 2 - 1) * MAXIMUM_SKEW_MS);
      return running.run({ skewMs: off, invocation: invocations, operationId }, run);
    },
    invocation: () => running.getStore()?.invocation ?? 0,
    operationId: () => running.getStore()?.operationId ?? '',
    outside: (run) => running.run({ ...NOBODY, ...running.getStore(), skewMs: 0 }, run),
  };
}
