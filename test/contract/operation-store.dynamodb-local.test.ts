import { requirement } from '../factories/requirements.ts';
import { dynamoDbLocal } from './dynamodb-local.ts';
import { contractOnDynamoDb, emulatorConfig } from './operation-store.on-dynamodb.ts';

contractOnDynamoDb(
  'DynamoDB Local',
  requirement('java'),
  async () => {
    const server = await dynamoDbLocal();
    return { config: emulatorConfig(server.endpoint), stop: server.stop };
  },
  15,
);
