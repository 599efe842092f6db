import { randomUUID } from 'node:crypto';
import {
  BatchWriteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { createTable } from '../../local/dynamodb-local/store-table.ts';

const BATCH = 25;

/** A table of its own for one suite, as the stateful stack makes it. */
export interface StoreTable {
  readonly tableName: string;
  readonly clear: () => Promise<void>;
  readonly drop: () => Promise<void>;
}

export async function createStoreTable(client: DynamoDBClient): Promise<StoreTable> {
  const tableName = `selfheal-contract-${randomUUID()}`;
  await createTable(client, tableName);
  return {
    tableName,
    clear: () => clearTable(client, tableName),
    drop: async () => {
      await client.send(new DeleteTableCommand({ TableName: tableName }));
    },
  };
}

async function clearTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName: tableName,
      ConsistentRead: true,
      ProjectionExpression: '#pk, #sk',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    }),
  );
  for (let start = 0; start < Items.length; start += BATCH) {
    const deletions = Items.slice(start, start + BATCH).map((Key) => ({ DeleteRequest: { Key } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: deletions } }));
  }
}
