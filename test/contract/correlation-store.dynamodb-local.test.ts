import { describe } from 'vitest';
import { createCorrelationStore } from '../../functions/adapters/dynamodb/correlation-store.ts';
import { requirement } from '../factories/requirements.ts';
import { correlationStoreContract } from './correlation-store.contract.ts';
import { localTable } from './local-table.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  correlationStoreContract('DynamoDB Local', async () =>
    createCorrelationStore({ ...(await table.cleared()), historyRetentionDays: 30 }),
  );
});
