import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb-local/server.ts';

/** The environment variable that holds the endpoint of a server that is already running, so that repeated runs share it. */
export const RUNNING_DYNAMODB_LOCAL = 'SELFHEAL_DYNAMODB_LOCAL';

export type TestDynamoDb = Pick<DynamoDbLocal, 'endpoint' | 'stop'>;

/** Every suite makes a table of its own, so that one server is enough for all. */
export async function dynamoDbLocal(): Promise<TestDynamoDb> {
  const endpoint = process.env[RUNNING_DYNAMODB_LOCAL];
  return endpoint ? { endpoint, stop: async () => {} } : await startDynamoDbLocal();
}
