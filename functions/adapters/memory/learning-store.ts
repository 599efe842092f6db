import { type Forgotten, NOTHING_FORGOTTEN } from '../../core/learning/forgotten.ts';
import { type LearningStore, OUTCOMES_AT_MOST } from '../../ports/learning-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { frozen } from './frozen.ts';

/** What is learned from the operations of another store. */
export function createMemoryLearningStore(store: Pick<OperationStore, 'listOperations'>): LearningStore {
  let kept: Forgotten = NOTHING_FORGOTTEN;
  return {
    listOutcomes: async (sinceMs) => await store.listOperations(OUTCOMES_AT_MOST, sinceMs),
    readForgotten: async () => kept,
    saveForgotten: async (forgotten) => {
      if (forgotten.revision !== kept.revision + 1) return false;
      kept = frozen(forgotten);
      return true;
    },
  };
}
