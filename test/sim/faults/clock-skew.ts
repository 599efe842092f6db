import { AsyncLocalStorage } from 'node:async_hooks';
import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import type { ActingStep } from '../trace/acting-step.ts';
import { chanceAt } from './chance.ts';

/** How far the clock of a function may be off, in either direction. */
export const MAXIMUM_SKEW_MS = 700;

/** What an invocation is for. */
interface Purpose {
  /** Empty if it is for none. */
  readonly operationId: string;
  /** @default it carries out none */
  readonly step?: ActingStep | undefined;
}

interface Running extends Purpose {
  readonly skewMs: number;
  readonly invocation: number;
}

const NOBODY: Running = { skewMs: 0, invocation: 0, operationId: '' };

/** A clock that is off by a different amount in each invocation of a function, and right everywhere else. */
export interface SkewedClock {
  readonly clock: EmbeddedClock;
  /** Runs an invocation with a clock of its own. */
  readonly inFunction: <Result>(purpose: Purpose, run: () => Result) => Result;
  /** The number of the invocation that is running; 0 outside of them. */
  readonly invocation: () => number;
  /** What it is for. */
  readonly purpose: () => Purpose;
  /** Runs a call to a service, which goes by its own clock. */
  readonly outside: <Result>(run: () => Result) => Result;
}

export function createSkewedClock(clock: EmbeddedClock, seed: number): SkewedClock {
  const running = new AsyncLocalStorage<Running>();
  let invocations = 0;
  return {
    clock: { ...clock, nowMs: () => clock.nowMs() + (running.getStore()?.skewMs ?? 0) },
    inFunction: (purpose, run) => {
      invocations += 1;
      const off = Math.round((chanceAt(seed, `skew ${invocations}`) * 2 - 1) * MAXIMUM_SKEW_MS);
      return running.run({ ...purpose, skewMs: off, invocation: invocations }, run);
    },
    invocation: () => running.getStore()?.invocation ?? 0,
    purpose: () => running.getStore() ?? NOBODY,
    outside: (run) => running.run({ ...NOBODY, ...running.getStore(), skewMs: 0 }, run),
  };
}
