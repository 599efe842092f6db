import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb-local/server.ts';

/** Names the environment variable with the endpoint of one that runs already, for whoever runs the tests again and again. */
export const RUNNING_DYNAMODB_LOCAL = 'SELFHEAL_DYNAMODB_LOCAL';

export type TestDynamoDb = Pick<DynamoDbLocal, 'endpoint' | 'stop'>;

/** Every suite makes a table of its own, so that one server is enough for all. */
export async function dynamoDbLocal(): Promise<TestDynamoDb> {
  const endpoint = process.env[RUNNING_DYNAMODB_LOCAL];
  return endpoint ? { endpoint, stop: async () => {} } : await startDynamoDbLocal();
}
