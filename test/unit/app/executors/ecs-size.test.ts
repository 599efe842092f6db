import { describe, expect, it } from 'vitest';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const NAME = { cluster: 'prod', service: 'orders' };
const LADDER = [
  { cpuUnits: 256, memoryMiB: 512 },
  { cpuUnits: 512, memoryMiB: 1_024 },
];
const APP = { name: 'app', image: 'orders:1', essential: true };
const SMALL = { cpu: '256', memory: '512', containerDefinitions: [APP] };
const MORE = {
  type: 'increase_resources',
  params: { ladder: LADDER },
  timeoutSeconds: 600,
  onError: 'rollback',
};

const BACK = { ...MORE, params: { phase: 'undo' }, onError: 'continue' };

/** An operation on a service that runs two tasks of revision 1, with this content. */
async function orders(
  content: object = {},
  behaviour = { startsAfterMs: 40_000, staysUp: true },
  actions: readonly object[] = [MORE],
) {
  const world = createWorld(
    resourceConfiguration({ ecsService: 'prod/orders' }, { actions, rollback: { actions: [BACK] } }),
  );
  const cluster = world.serviceCluster;
  const small = { ...SMALL, ...content };
  cluster.create('prod', 'orders', cluster.register('orders', behaviour, small), 2);
  const running = await runningOperation(world);
  const perform = async (stepId: StepId, planned: object = {}) => {
    await running.step(stepId, planned);
    world.endDeployments();
    return await running.reconciled(stepId);
  };
  return {
    ...{ world, cluster, perform },
    definition: async () => {
      const { taskDefinition } = await world.services.read(NAME);
      const answer = cluster.operations['DescribeTaskDefinition']?.({ taskDefinition });
      return answer as {
        readonly taskDefinition: Readonly<Record<string, unknown>>;
        readonly tags?: unknown;
      };
    },
    undo: async () => {
      const [step] = await running.undoSteps(1_800_000);
      return step && (await perform(step.stepId, step));
    },
  };
}

describe('giving the tasks of a service more', () => {
  it('deploys a new revision of the next size that differs in nothing else', async () => {
    const { perform, definition } = await orders({
      ...{
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        taskRoleArn: 'arn:aws:iam::1:role/orders',
      },
      tags: [{ key: 'team', value: 'shop' }],
    });
    expect(await perform('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: ['prod/orders'] });
    expect(await definition()).toMatchObject({
      taskDefinition: {
        ...{ revision: 2, cpu: '512', memory: '1024', networkMode: 'awsvpc' },
        ...{ taskRoleArn: 'arn:aws:iam::1:role/orders', containerDefinitions: [APP] },
      },
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'selfheal:size-of', value: 'orders:1' },
      ],
    });
  });

  it('gives what is added to the only container with a limit of its own', async () => {
    const sidecar = { name: 'log', image: 'log:1', essential: false };
    const { perform, definition } = await orders({
      containerDefinitions: [{ ...APP, memory: 400 }, sidecar],
    });
    expect(await perform('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect((await definition()).taskDefinition).toMatchObject({
      memory: '1024',
      containerDefinitions: [{ ...APP, memory: 912 }, sidecar],
    });
  });

  it.each([
    [
      'several containers have limits of their own',
      {
        containerDefinitions: [
          { ...APP, memory: 400 },
          { ...APP, name: 'log', memory: 100 },
        ],
      },
      'its containers app, log have memory limits of their own',
    ],
    [
      'the task has no size of its own',
      { cpu: undefined, memory: undefined },
      'sets no `cpu` and `memory` for the task',
    ],
    [
      'the ladder ends',
      { cpu: '512', memory: '1024' },
      'it has 1024 MiB and 512 CPU units, and the ladder has no greater size',
    ],
  ])('changes nothing where %s', async (_, content, why) => {
    const { perform, cluster } = await orders(content);
    expect(await perform('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(why),
    });
    expect(cluster.changes).toEqual([]);
  });

  it('waits for no deployment of someone else’s, and changes nothing meanwhile', async () => {
    const { perform, cluster, world } = await orders();
    await world.services.deploy(NAME, cluster.register('orders'));
    expect((await perform('heal-0'))?.detail).toContain('a deployment is in progress');
    expect(cluster.changes).toHaveLength(1);
  });

  it('deploys exactly the revision before when it is undone', async () => {
    const { perform, definition, undo } = await orders();
    await perform('heal-0');
    expect(await undo()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect((await definition()).taskDefinition).toMatchObject({ revision: 1, cpu: '256' });
  });

  it('undoes nothing where someone else has deployed since', async () => {
    const { perform, definition, undo, cluster, world } = await orders();
    await perform('heal-0');
    await world.services.deploy(NAME, cluster.register('orders'));
    expect(await undo()).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'task definition of prod/orders has orders:3, neither orders:2 as before nor orders:1 as intended: someone else has changed it, and it is left as it is',
    });
    expect((await definition()).taskDefinition).toMatchObject({ revision: 3 });
  });

  it('names the permission that it lacks', async () => {
    const { perform, world, cluster } = await orders();
    const registerResized = async () => {
      throw new NotPermitted({ action: 'iam:PassRole', resource: 'arn:aws:iam::1:role/orders' });
    };
    Object.assign(world, { taskDefinitions: { ...world.taskDefinitions, registerResized } });
    expect(await perform('heal-0').catch((error: Error) => ({ detail: error.message }))).toMatchObject({
      detail: expect.stringContaining('iam:PassRole'),
    });
    expect(cluster.changes).toEqual([]);
  });
});

describe('going back after tasks were given more', () => {
  const BAD = { containerDefinitions: [{ ...APP, image: 'orders:2', memory: 400 }] };
  const rollback = { type: 'rollback_deployment', timeoutSeconds: 600 };

  it('passes over the revision that was only smaller', async () => {
    const { perform, definition, cluster, world } = await orders({}, undefined, [MORE, rollback]);
    await world.services.deploy(NAME, cluster.register('orders', undefined, { ...SMALL, ...BAD }));
    world.endDeployments();
    await perform('heal-0');
    expect((await definition()).taskDefinition).toMatchObject({
      ...{ revision: 3, memory: '1024', containerDefinitions: [{ image: 'orders:2', memory: 912 }] },
    });
    expect(await perform('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect((await definition()).taskDefinition).toMatchObject({
      ...{ revision: 1, containerDefinitions: [{ image: 'orders:1' }] },
    });
  });

  it('goes nowhere where nothing else was ever deployed', async () => {
    const { perform, cluster } = await orders({}, undefined, [MORE, rollback]);
    await perform('heal-0');
    expect(await perform('heal-1')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('no active revision with other content before orders:2 is left'),
    });
    expect(cluster.changes).toHaveLength(1);
  });
});
