import { createWatchdogStore } from '../adapters/dynamodb/watchdog-store.ts';
import { dynamoDbClient } from './clients.ts';
import { readEnvironment } from './environment.ts';
import type { PortBuilder } from './port-builders.ts';

export const watchdog: PortBuilder<'watchdog'> = () =>
  createWatchdogStore({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
  });
