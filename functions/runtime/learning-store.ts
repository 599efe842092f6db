import { createLearningStore } from '../adapters/dynamodb/learning-store.ts';
import { dynamoDbClient } from './clients.ts';
import { readEnvironment } from './environment.ts';

export const learningStore = createLearningStore({
  client: dynamoDbClient(),
  tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
});
