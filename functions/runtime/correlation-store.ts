import { createCorrelationStore } from '../adapters/dynamodb/correlation-store.ts';
import type { CorrelationStore } from '../ports/correlation-store.ts';
import { dynamoDbClient } from './clients.ts';
import { readEnvironment } from './environment.ts';

export const correlationStore = (historyRetentionDays: number): CorrelationStore =>
  createCorrelationStore({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
    historyRetentionDays,
  });
