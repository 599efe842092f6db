import { contractOnDynamoDb, emulatorConfig } from './operation-store.on-dynamodb.ts';

/** Another emulator: SELFHEAL_AWS_ENDPOINT. A real account, found as the SDK finds it: SELFHEAL_AWS=1. */
const endpoint = process.env['SELFHEAL_AWS_ENDPOINT'] || undefined;
const isReal = process.env['SELFHEAL_AWS'] === '1';

contractOnDynamoDb(
  endpoint ?? 'AWS',
  endpoint !== undefined || isReal,
  async () => ({ config: endpoint === undefined ? {} : emulatorConfig(endpoint), stop: async () => {} }),
  3,
);
