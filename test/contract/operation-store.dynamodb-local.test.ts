import { startDynamoDbLocal } from '../../local/dynamodb-local/server.ts';
import { requirement } from '../factories/requirements.ts';
import { contractOnDynamoDb, emulatorConfig } from './operation-store.on-dynamodb.ts';

contractOnDynamoDb(
  'DynamoDB Local',
  requirement('java'),
  async () => {
    const server = await startDynamoDbLocal();
    return { config: emulatorConfig(server.endpoint), stop: server.stop };
  },
  15,
);
