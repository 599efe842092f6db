import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it } from 'vitest';
import { APP_CONFIG } from './apis/app-config.ts';
import { AUTO_SCALING } from './apis/auto-scaling.ts';
import { AUTOMATION } from './apis/automation.ts';
import { CODE_DEPLOY } from './apis/code-deploy.ts';
import { DATABASES } from './apis/databases.ts';
import { EC2 } from './apis/ec2.ts';
import { ECS } from './apis/ecs.ts';
import { BALANCERS } from './apis/load-balancers.ts';
import { LOGS } from './apis/logs.ts';
import { LOAD_BALANCING } from './apis/target-groups.ts';
import { BALANCED_ADDRESSES, ECS_ADDRESSES, X_RAY } from './apis/topology.ts';
import { TRACES } from './apis/traces.ts';
import { TRAIL } from './apis/trail.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { type ServiceModel, serviceModel } from './aws-model/service-model.ts';

describe.each([
  EC2,
  ECS,
  LOAD_BALANCING,
  BALANCERS,
  AUTO_SCALING,
  DATABASES,
  CODE_DEPLOY,
  APP_CONFIG,
  AUTOMATION,
  LOGS,
  TRAIL,
  TRACES,
  X_RAY,
  ECS_ADDRESSES,
  BALANCED_ADDRESSES,
])('the requests to $service, and what is read of its answers', (api) => {
  let model: ServiceModel;
  beforeAll(async () => {
    model = await serviceModel(api.service, api.apiVersion);
  });

  it('satisfy AWS’s model of the API', async () => {
    const { operations, faults } = await api.call(model);
    expect(operations.size).toBeGreaterThan(0);
    expect(faults).toEqual({ requests: [], answers: [] });
  });
});

describe('a recorded client', () => {
  it('notices a request that AWS’s model does not allow', async () => {
    const model = await serviceModel('ecs', '2014-11-13');
    const { client, faults } = recordClient({ send: async () => ({ services: 'none' }) }, model);
    await (client.send as (command: object) => Promise<unknown>)(
      new DescribeServicesCommand({ cluster: 'prod' } as never),
    );
    expect(faults.requests).toEqual(['DescribeServicesRequest.services is missing']);
    expect(faults.answers).toHaveLength(1);
  });
});
