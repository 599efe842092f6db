import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrail } from '../../functions/adapters/cloudtrail/trail.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { requirement } from '../factories/requirements.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

const MINUTE_MS = 60_000;

describe.skipIf(!requirement('python'))('the event history of CloudTrail, on MiniStack,', () => {
  let cloud: MiniStack;
  beforeAll(async () => {
    cloud = await startMiniStack({ env: { CLOUDTRAIL_RECORDING: '1' } });
  });
  afterAll(async () => await cloud?.stop());

  it('says who changed a resource, and leaves out who only read it', async () => {
    const endpoint = localEndpoint(cloud.endpoint, cloud.region);
    const recorded = recordClient(
      new CloudTrailClient({ ...endpoint, maxAttempts: 1 }),
      await serviceModel('cloudtrail', '2013-11-01'),
    );
    const trail = createTrail(recorded.client);
    const tables = new DynamoDBClient(endpoint);
    for (const TableName of ['orders', 'pay'])
      await tables.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      );
    await tables.send(new DescribeTableCommand({ TableName: 'orders' }));

    const nowMs = Date.now();
    const range = { fromMs: nowMs - MINUTE_MS, toMs: nowMs + MINUTE_MS };
    const { events } = await trail.changesOf('orders', range);
    expect(events).toMatchObject([
      { name: 'CreateTable', service: 'dynamodb.amazonaws.com', principal: expect.stringMatching(/^user ./) },
    ]);
    const earlier = { fromMs: nowMs - 2 * MINUTE_MS, toMs: nowMs - MINUTE_MS };
    expect(await trail.changesOf('orders', earlier)).toEqual({ events: [] });
    expect(recorded.faults.requests).toEqual([]);
  });
});
