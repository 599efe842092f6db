import { keptFor } from './kept-for.ts';
import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/**
 * In a storm, every alert asks for the same thousands of outcomes. Shorter than the reconciler's minute, so that each of
 * its rounds reads them again.
 */
const KEPT_FOR_MS = 50_000;

/** Loaded with the first call: only a configuration that applies what was learned calls it. */
export const lazyLearning: PortBuilder<'learning'> = ({ clock }) => {
  const store = lazyPort(async () => (await import('./learning-store.ts')).learningStore);
  return {
    listOutcomes: keptFor(KEPT_FOR_MS, clock.nowMs, store.listOutcomes),
    readForgotten: keptFor(KEPT_FOR_MS, clock.nowMs, store.readForgotten),
    saveForgotten: store.saveForgotten,
  };
};
