import { describe, expect, it } from 'vitest';
import { createDiscoveredGraphs } from '../../functions/adapters/dynamodb/discovered-graphs.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { discoveredGraphsContract } from './discovered-graphs.contract.ts';
import { localTable } from './local-table.ts';
import { createLossyClient } from './lossy-client.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  discoveredGraphsContract('DynamoDB Local', async () => createDiscoveredGraphs(await table.cleared()));

  it('has saved a graph whose answer was lost, and not one that another run wrote meanwhile', async () => {
    const { client, tableName } = await table.cleared();
    const { protocol = '', hostname = '', port = '' } = (await client.config.endpoint?.()) ?? {};
    const config = emulatorConfig(`${protocol}//${hostname}:${port}`);
    const { client: unsafe, lose } = createLossyClient(config, 3);
    const graphs = createDiscoveredGraphs({ client: unsafe, tableName });
    const dependency = { caller: 'web', callee: 'orders', sources: ['xray' as const], lastSeenMs: NOON };
    lose('answer', 1);
    expect(await graphs.saveGraph({ revision: 1, dependencies: [dependency] })).toBe(true);
    lose('request', 1);
    expect(await graphs.saveGraph({ revision: 1, dependencies: [] })).toBe(false);
    unsafe.destroy();
  });
});
