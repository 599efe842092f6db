import { describe } from 'vitest';
import { createLearningStore } from '../../functions/adapters/dynamodb/learning-store.ts';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { requirement } from '../factories/requirements.ts';
import { learningStoreContract } from './learning-store.contract.ts';
import { localTable } from './local-table.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  learningStoreContract('DynamoDB Local', async () => {
    const at = await table.cleared();
    return {
      learning: createLearningStore(at),
      store: createOperationStore({ ...at, historyRetentionDays: 30 }),
    };
  });
});
