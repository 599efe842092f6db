import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { operationStoreContract } from './operation-store.contract.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

const START_SECONDS = 300;

export interface DynamoEndpoint {
  readonly config: DynamoDBClientConfig;
  readonly stop: () => Promise<void>;
}

/** For an emulator on this machine, which takes any credentials. */
export function emulatorConfig(endpoint: string): DynamoDBClientConfig {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

/** Runs the contract against a DynamoDB that is started for it, or skips it. */
export function contractOnDynamoDb(
  name: string,
  isPresent: boolean,
  start: () => Promise<DynamoEndpoint>,
  propertyRuns: number,
): void {
  describe.skipIf(!isPresent)(name, () => {
    let endpoint: DynamoEndpoint | undefined;
    let client: DynamoDBClient;
    let table: StoreTable;

    beforeAll(async () => {
      endpoint = await start();
      client = new DynamoDBClient(endpoint.config);
      table = await createStoreTable(client);
    }, START_SECONDS * 1_000);

    afterAll(async () => {
      await table?.drop();
      client?.destroy();
      await endpoint?.stop();
    }, START_SECONDS * 1_000);

    const makeStore = async () => {
      await table.clear();
      return createOperationStore({ client, tableName: table.tableName, historyRetentionDays: 30 });
    };
    operationStoreContract(name, makeStore, propertyRuns);
  });
}
