// @thorough
import { startMiniStack } from '../../local/ministack/server.ts';
import { requirement } from '../factories/requirements.ts';
import { contractOnDynamoDb, emulatorConfig } from './operation-store.on-dynamodb.ts';

contractOnDynamoDb(
  'MiniStack',
  requirement('python'),
  async () => {
    const server = await startMiniStack();
    return { config: emulatorConfig(server.endpoint), stop: server.stop };
  },
  15,
);
