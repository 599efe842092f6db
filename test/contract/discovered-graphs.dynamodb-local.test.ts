import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDiscoveredGraphs } from '../../functions/adapters/dynamodb/discovered-graphs.ts';
import { encodeItem } from '../../functions/adapters/dynamodb/item.ts';
import { DISCOVERED_GRAPH_KEY } from '../../functions/adapters/dynamodb/keys.ts';
import { GraphUnreadable } from '../../functions/ports/discovered-graphs.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { discoveredGraphsContract } from './discovered-graphs.contract.ts';
import { localTable } from './local-table.ts';
import { createLossyClient } from './lossy-client.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';

const laterDependency = {
  M: {
    ...{ caller: { S: 'web' }, callee: { S: 'orders' }, lastSeenMs: { N: String(NOON) } },
    sources: { L: [{ S: 'starGazing' }] },
  },
};

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();

  discoveredGraphsContract('DynamoDB Local', async () => createDiscoveredGraphs(await table.cleared()));

  it.each([
    ['with a source of a later version', { revision: { N: '7' }, dependencies: { L: [laterDependency] } }],
    ['without a revision', { dependencies: { L: [] } }],
  ])('cannot read a record %s, and replaces it by a first one', async (_, attributes) => {
    const { client, tableName } = await table.cleared();
    const Item = { ...encodeItem({ ...DISCOVERED_GRAPH_KEY }), ...attributes };
    await client.send(new PutItemCommand({ TableName: tableName, Item }));
    const graphs = createDiscoveredGraphs({ client, tableName });
    await expect(graphs.readGraph()).rejects.toThrow(GraphUnreadable);
    expect(await graphs.saveGraph({ revision: 1, dependencies: [] })).toBe(true);
    expect(await graphs.readGraph()).toEqual({ revision: 1, dependencies: [] });
  });

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
