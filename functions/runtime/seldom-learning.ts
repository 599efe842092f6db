import type { LearningStore } from '../ports/learning-store.ts';
import { keptFor } from './kept-for.ts';
import type { PortBuilder } from './port-builders.ts';

/**
 * In a storm, every alert asks for the same thousands of outcomes. Shorter than the reconciler's minute, so that each of
 * its rounds reads them again.
 */
const KEPT_FOR_MS = 50_000;

/** Loaded with the first call: only a configuration that applies what was learned calls it. */
export const seldomLearning: PortBuilder<'learning'> = ({ clock }) => ({
  listOutcomes: keptFor(KEPT_FOR_MS, clock.nowMs, async (sinceMs: number) =>
    (await loaded()).listOutcomes(sinceMs),
  ),
  readForgotten: keptFor(KEPT_FOR_MS, clock.nowMs, async () => (await loaded()).readForgotten()),
  saveForgotten: async (...asked) => await (await loaded()).saveForgotten(...asked),
});

async function loaded(): Promise<LearningStore> {
  const { learningStore } = await import('./learning-store.ts');
  return learningStore;
}
