import type { ECSClient } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { createEcsServices } from '../../../functions/adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../../../functions/adapters/ecs/task-definitions.ts';
import { NotFound, RequestRefused } from '../../../functions/ports/errors.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createServiceCluster } from '../../../local/embedded/ecs/service-cluster.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

/** Services, and the task definitions that they run. */
export const ECS: Api = {
  service: 'ecs',
  apiVersion: '2014-11-13',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const cluster = createServiceCluster({ clock, newId: () => 'a-b', publish: () => undefined });
    const [first = '', second = ''] = [1, 2].map(() => cluster.register('orders'));
    cluster.create('prod', 'orders', second, 2);
    const recorded = recordClient(createInProcessClient<ECSClient>('ECS', cluster.operations), model);
    const services = createEcsServices(recorded.client);
    const definitions = createTaskDefinitions(recorded.client);
    const tagged = cluster.register('payments', undefined, {
      ...{ cpu: '256', memory: '512', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'] },
      containerDefinitions: [{ name: 'app', image: 'app:1', memory: 400, essential: true }],
      tags: [{ key: 'team', value: 'shop' }],
    });
    const greater = await definitions.registerResized(tagged, {
      ...{ cpuUnits: 512, memoryMiB: 1_024, limits: { app: 912 } },
    });
    expect(await definitions.resources(greater)).toEqual({
      ...{ cpuUnits: 512, memoryMiB: 1_024, limits: { app: 912 } },
    });
    expect(await definitions.content(greater)).toEqual({
      ...{ rest: (await definitions.content(tagged)).rest, isCopy: true },
    });
    const name = { cluster: 'prod', service: 'orders' };
    expect(await services.revisions('orders')).toEqual([first, second]);
    await services.deploy(name, first);
    const { serviceDeployment = '' } = await services.read(name);
    const { status, replaces } = await services.course(serviceDeployment);
    expect(status).toBe('IN_PROGRESS');
    expect(await services.definitionOf(replaces[0] ?? '')).toBe(second);
    await services.goBack(serviceDeployment);
    await clock.advance(60_000);
    expect(await services.course(serviceDeployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    await expect(services.goBack(serviceDeployment)).rejects.toThrow(RequestRefused);
    await expect(services.course(`${serviceDeployment}9`)).rejects.toThrow(NotFound);
    await expect(services.goBack(`${serviceDeployment}9`)).rejects.toThrow(NotFound);
    expect(await services.history(name)).toMatchObject([{ status: 'ROLLBACK_SUCCESSFUL' }, {}]);
    await services.deploy(name, first);
    await services.redeploy(name);
    await services.setCount(name, 3);
    expect(await services.insights('prod')).toBe('disabled');
    await services.setInsights('prod', 'enhanced');
    expect(await services.insights('prod')).toBe('enhanced');
    await expect(services.insights('test')).rejects.toThrow(NotFound);
    expect(await services.read(name)).toMatchObject({ taskDefinition: first, desiredCount: 3 });
    return recorded;
  },
};
