import { createDiscoveredGraphs } from '../adapters/dynamodb/discovered-graphs.ts';
import { dynamoDbClient } from './clients.ts';
import { readEnvironment } from './environment.ts';

export const discoveredGraphs = createDiscoveredGraphs({
  client: dynamoDbClient(),
  tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
});
