import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEcsServices } from '../../functions/adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../../functions/adapters/ecs/task-definitions.ts';
import { deploymentOutcome, type EcsService, revisionOf } from '../../functions/core/target/ecs-service.ts';
import type { EcsServices } from '../../functions/ports/ecs-services.ts';
import { NotFound, RequestRefused } from '../../functions/ports/errors.ts';
import type { TaskDefinitions } from '../../functions/ports/task-definitions.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createServiceCluster } from '../../local/embedded/ecs/service-cluster.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';
import { runContract } from './executors/contract-run.ts';
import { ecsCount, ecsRestart, ecsRollback } from './executors/ecs-service.ts';
import type { Effect } from './executors/executor-under-test.ts';

const NAME = { cluster: 'prod', service: 'orders' };
const CONTENT = {
  ...{ cpu: '256', memory: '512', networkMode: 'awsvpc' as const },
  containerDefinitions: [{ name: 'app', image: 'app:1', memory: 400, essential: true }],
  tags: [{ key: 'team', value: 'shop' }],
};
const REVISIONS = [1, 2, 3];

/** A place with three revisions of `orders`, and a service that is to run two tasks of the second. */
interface Place {
  readonly client: ECSClient;
  /** Lets some time pass, in which deployments go on. */
  readonly pass: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  // The rows are those of local/ministack/DIFFERENCES.md.
  hasServiceDeployments: true, // ECS-1
  keepsOldTasks: true, // ECS-2
  knowsRevisions: true, // ECS-3
  emptyMembers: [] as readonly string[], // ECS-4
  open: async (): Promise<Place> => {
    const clock = createVirtualClock(NOON);
    let ids = 0;
    const newId = () => `${String(ids++).padStart(19, '0')}`;
    const cluster = createServiceCluster({ clock, newId, publish: () => undefined });
    const [, second = ''] = REVISIONS.map(() => cluster.register('orders', undefined, CONTENT));
    cluster.create('prod', 'orders', second, 2);
    return {
      client: createInProcessClient<ECSClient>('ECS', cluster.operations),
      pass: async () => await clock.advance(10_000),
      close: async () => undefined,
    };
  },
};

const MINISTACK = {
  name: 'MiniStack',
  isAvailable: requirement('python'),
  hasServiceDeployments: false,
  keepsOldTasks: false,
  knowsRevisions: false,
  emptyMembers: ['pidMode', 'ipcMode'],
  open: async (): Promise<Place> => {
    const cloud: MiniStack = await startMiniStack();
    const client = new ECSClient({ ...localEndpoint(cloud.endpoint, cloud.region), maxAttempts: 1 });
    await client.send(new CreateClusterCommand({ clusterName: 'prod' }));
    for (const _ of REVISIONS)
      await client.send(new RegisterTaskDefinitionCommand({ family: 'orders', ...CONTENT }));
    await client.send(
      new CreateServiceCommand({
        ...{ cluster: 'prod', serviceName: 'orders', taskDefinition: 'orders:2', desiredCount: 2 },
      }),
    );
    const pass = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    return { client, pass, close: async () => await cloud.stop() };
  },
};

const revisionsOf = ({ deployments }: EcsService) =>
  deployments.map(({ taskDefinition }) => revisionOf(taskDefinition).revision);
const primaryOf = ({ deployments }: EcsService) => deployments.find(({ isPrimary }) => isPrimary);

describe.each([EMBEDDED, MINISTACK])(
  'services of ECS on $name',
  ({ isAvailable, hasServiceDeployments, keepsOldTasks, knowsRevisions, emptyMembers, open }) => {
    describe.skipIf(!isAvailable)('', () => {
      let place: Place;
      let recorded: RecordedClient<ECSClient>;
      let services: EcsServices;
      let definitions: TaskDefinitions;
      let arns: readonly string[];
      const arn = (revision: number) =>
        arns.find((one) => revisionOf(one).revision === revision) ?? `no revision ${revision}`;
      const completed = async (id: string): Promise<string | undefined> => {
        const done = deploymentOutcome(await services.read(NAME), id);
        if (done !== undefined) return done.outcome;
        await place.pass();
        return await completed(id);
      };
      beforeAll(async () => {
        place = await open();
        recorded = recordClient(place.client, await serviceModel('ecs', '2014-11-13'));
        services = createEcsServices(recorded.client);
        definitions = createTaskDefinitions(recorded.client);
        arns = await services.revisions('orders');
      });
      afterAll(async () => await place?.close());

      it('are described with what they are to run, and have revisions to choose from', async () => {
        expect(arns.map((one) => revisionOf(one))).toEqual(
          REVISIONS.map((number) => ({ family: 'orders', revision: number })),
        );
        const service = await services.read(NAME);
        expect(service).toMatchObject({ taskDefinition: arn(2), desiredCount: 2 });
        expect(service).not.toHaveProperty('deployedBy');
        expect(primaryOf(service)).toMatchObject({ taskDefinition: arn(2), rollout: 'COMPLETED' });
      });

      it('go back to an earlier revision, which replaces the tasks once its own run', async () => {
        const service = await services.deploy(NAME, arn(1));
        expect(service.taskDefinition).toBe(arn(1));
        expect(revisionsOf(service)).toEqual(keepsOldTasks ? [1, 2] : [1]);
        const { id = '', rollout } = primaryOf(service) ?? {};
        expect(rollout).toBe(keepsOldTasks ? 'IN_PROGRESS' : 'COMPLETED');
        expect(await completed(id)).toBe('SUCCEEDED');
        expect(revisionsOf(await services.read(NAME))).toEqual([1]);
      });

      it('begin no other deployment of what they run already', async () => {
        const before = primaryOf(await services.read(NAME))?.id;
        expect(primaryOf(await services.deploy(NAME, arn(1)))?.id).toBe(before);
      });

      it('are restarted by a new deployment of the same revision', async () => {
        const before = primaryOf(await services.read(NAME))?.id;
        const { id = '', taskDefinition } = primaryOf(await services.redeploy(NAME)) ?? {};
        expect(id).not.toBe(before);
        expect(taskDefinition).toBe(arn(1));
        expect(await completed(id)).toBe('SUCCEEDED');
      });

      it('have a count of tasks that is set as a whole', async () => {
        expect(await services.setCount(NAME, 3)).toMatchObject({ desiredCount: 3, taskDefinition: arn(1) });
        expect((await services.setCount(NAME, 3)).desiredCount).toBe(3);
        expect((await services.setCount(NAME, 2)).desiredCount).toBe(2);
      });

      it('no longer list a deployment that another has replaced', async () => {
        const { id: first = '' } = primaryOf(await services.deploy(NAME, arn(3))) ?? {};
        const { id: second = '' } = primaryOf(await services.deploy(NAME, arn(2))) ?? {};
        expect(deploymentOutcome(await services.read(NAME), first)).toMatchObject({
          outcome: 'FAILED',
          detail: expect.stringContaining(`was replaced by ${second}`),
        });
        expect(await completed(second)).toBe('SUCCEEDED');
      });

      it.each([
        ['rolled back, and forward again', ecsRollback, ['deploy', 'deploy']],
        ['restarted', ecsRestart, ['redeploy']],
        ['scaled, and back', ecsCount, ['setCount', 'setCount']],
      ])('are %s by the executor, once', async (_, executor, expected) => {
        const asked: string[] = [];
        const noting =
          <Name extends 'deploy' | 'redeploy' | 'setCount'>(name: Name) =>
          async (...given: Parameters<EcsServices[Name]>) => {
            asked.push(name);
            return await (services[name] as (...same: typeof given) => Promise<EcsService>)(...given);
          };
        const passing: EcsServices = {
          ...services,
          read: async (name) => {
            await place.pass();
            return await services.read(name);
          },
          deploy: noting('deploy'),
          redeploy: noting('redeploy'),
          setCount: noting('setCount'),
        };
        const before = await services.read(NAME);
        const effects = (): readonly Effect[] =>
          asked.map((_each, index) => ({ phase: index === 0 ? 'do' : 'undo', target: 'prod/orders' }));
        const ports = { services: passing, taskDefinitions: definitions };
        const run = await runContract(
          { ...executor, open: () => ({ ports, effects }) },
          3,
          () => undefined,
          true,
        );
        expect(run.violations).toEqual([]);
        expect(run.records.map(({ outcome }) => outcome)).toEqual(expected.map(() => 'SUCCEEDED'));
        expect(asked).toEqual(expected);
        const { taskDefinition, desiredCount } = before;
        expect(await services.read(NAME)).toMatchObject({ taskDefinition, desiredCount });
      });

      it('get a copy of a revision in another size, with the same content and tags', async () => {
        const size = { cpuUnits: 512, memoryMiB: 1_024, limits: { app: 912 } };
        const greater = await definitions.registerResized(arn(2), size);
        expect(revisionOf(greater)).toEqual({ family: 'orders', revision: 4 });
        expect(await definitions.resources(greater)).toEqual(size);
        const { rest } = await definitions.content(arn(2));
        expect(await definitions.content(greater)).toEqual({ rest, isCopy: true });
      });

      it('have a cluster of which more is collected', async () => {
        expect(await services.insights('prod')).toBe('disabled');
        await services.setInsights('prod', 'enhanced');
        expect(await services.insights('prod')).toBe('enhanced');
      });

      it('end in NotFound where there are none', async () => {
        await expect(services.read({ ...NAME, service: 'payments' })).rejects.toThrow(NotFound);
        await expect(services.deploy({ ...NAME, service: 'payments' }, arn(1))).rejects.toThrow(NotFound);
        await expect(services.insights('test')).rejects.toThrow(NotFound);
      });

      it.runIf(knowsRevisions)('refuse a revision that does not exist', async () => {
        const missing = arn(1).replace(/:1$/, ':99');
        await expect(services.deploy(NAME, missing)).rejects.toThrow(RequestRefused);
      });

      it.runIf(hasServiceDeployments)('go back from a deployment in progress when asked to', async () => {
        const { serviceDeployment = '' } = await services.deploy(NAME, arn(3));
        await services.goBack(serviceDeployment);
        await services.goBack(serviceDeployment);
        while ((await services.course(serviceDeployment)).status.endsWith('REQUESTED')) await place.pass();
        while ((await services.course(serviceDeployment)).status.endsWith('IN_PROGRESS')) await place.pass();
        expect(await services.course(serviceDeployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
        expect((await services.read(NAME)).taskDefinition).toBe(arn(2));
        await expect(services.goBack(serviceDeployment)).rejects.toThrow(RequestRefused);
      });

      it('satisfy AWS’s model of the API in requests and answers', () => {
        const isEmpty = (fault: string) => emptyMembers.some((member) => fault.includes(`.${member}: `));
        expect(recorded.faults.requests.filter((fault) => !isEmpty(fault))).toEqual([]);
        expect([...new Set(recorded.faults.answers.filter((fault) => !isEmpty(fault)))]).toEqual([]);
      });
    });
  },
);
