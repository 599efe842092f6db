import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEcsServices } from '../../functions/adapters/ecs/ecs-services.ts';
import { NotFound } from '../../functions/ports/errors.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { requirement } from '../factories/requirements.ts';

describe.skipIf(!requirement('python'))('Container Insights of a cluster, on MiniStack,', () => {
  let cloud: MiniStack;
  let client: ECSClient;
  beforeAll(async () => {
    cloud = await startMiniStack();
    client = new ECSClient({ ...localEndpoint(cloud.endpoint, cloud.region), maxAttempts: 1 });
    await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
  });
  afterAll(async () => await cloud?.stop());

  it('are set, and read as they were set', async () => {
    const services = createEcsServices(client);
    expect(await services.insights('prod')).toBe('disabled');
    await services.setInsights('prod', 'enhanced');
    expect(await services.insights('prod')).toBe('enhanced');
    await services.setInsights('prod', 'disabled');
    expect(await services.insights('prod')).toBe('disabled');
  });

  it('do not exist for a cluster that does not exist', async () => {
    await expect(createEcsServices(client).insights('test')).rejects.toThrow(NotFound);
  });
});
