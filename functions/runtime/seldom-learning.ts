import type { LearningStore } from '../ports/learning-store.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only a configuration that applies what was learned calls it. */
export const seldomLearning: PortBuilder<'learning'> = () => ({
  listOutcomes: async (...asked) => await (await loaded()).listOutcomes(...asked),
  readForgotten: async (...asked) => await (await loaded()).readForgotten(...asked),
  saveForgotten: async (...asked) => await (await loaded()).saveForgotten(...asked),
});

async function loaded(): Promise<LearningStore> {
  const { learningStore } = await import('./learning-store.ts');
  return learningStore;
}
