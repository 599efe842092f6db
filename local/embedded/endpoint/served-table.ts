import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Closers } from '../../cloud/closers.ts';
import { createTable } from '../../dynamodb-local/store-table.ts';

/** A table for the records of a cloud that is served. */
export interface ServedTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** An address that speaks DynamoDB. */
  readonly endpoint: string;
}

/** Makes a new table on a local server. */
export async function createServedTable(endpoint: string, closers: Closers): Promise<ServedTable> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  closers.add(async () => client.destroy());
  const tableName = `selfheal-${randomUUID()}`;
  await createTable(client, tableName);
  return { client, tableName, endpoint };
}
