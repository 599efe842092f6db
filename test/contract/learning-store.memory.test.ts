import { createMemoryLearningStore } from '../../functions/adapters/memory/learning-store.ts';
import { createMemoryOperationStore } from '../../functions/adapters/memory/operation-store.ts';
import { learningStoreContract } from './learning-store.contract.ts';

learningStoreContract('memory', async () => {
  const store = createMemoryOperationStore();
  return { store, learning: createMemoryLearningStore(store) };
});
