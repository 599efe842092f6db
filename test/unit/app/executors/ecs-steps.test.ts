import { describe, expect, it } from 'vitest';
import { begin } from '../../../../functions/app/executors/ecs-service.ts';
import {
  NotFound,
  RequestRefused,
  ServiceUnavailable,
  TargetBusy,
} from '../../../../functions/ports/errors.ts';
import { stepCall } from './step-call.ts';

const definition = (revision: number) => `arn:aws:ecs:us-east-1:1:task-definition/orders:${revision}`;
const primary = (revision: number, rollout = 'COMPLETED') => ({
  ...{ id: `ecs-svc/${revision}`, isPrimary: true, taskDefinition: definition(revision), rollout },
});
const service = (revision: number, more: object = {}) => ({
  taskDefinition: definition(revision),
  ...{ desiredCount: 2, runningCount: 2, deployments: [primary(revision)] },
  ...more,
});
const ARN = 'arn:aws:ecs:us-east-1:1:service-deployment/prod/orders/abc';
const under = (deployment: string) => ({
  reference: { executor: 'resource', id: `prod/orders/${deployment}` },
});
const failed = (detail: string) => ({ outcome: 'FAILED', detail });

interface Place {
  /** As it is at each look; the last one stays. */
  readonly looks?: readonly object[];
  readonly course?: object | Error;
  readonly history?: readonly object[];
  readonly replaced?: string;
  /** The deployments as they are after a new one. */
  readonly deployments?: readonly object[];
}

/** Begins a step on a service of three revisions, and lists what it asks ECS for. */
async function begun(
  type: string,
  given: Parameters<typeof stepCall>[0],
  { looks = [service(2)], course = {}, history = [], replaced = definition(1), ...after }: Place = {},
) {
  const { deployments = [primary(9, 'IN_PROGRESS')] } = after;
  const asked: unknown[] = [];
  let look = -1;
  const deployed = (revision: string) => service(Number(revision.at(-1)), { deployments });
  const services = {
    read: async () => {
      look += 1;
      return looks[Math.min(look, looks.length - 1)];
    },
    revisions: async () => [1, 2, 3].map(definition),
    history: async () => history,
    course: async () => {
      if (course instanceof Error) throw course;
      return { status: 'IN_PROGRESS', replaces: ['revision 1'], ...course };
    },
    definitionOf: async () => replaced,
    goBack: async (arn: string) => void asked.push(['go back', arn]),
    deploy: async (_: unknown, taskDefinition: string) => {
      asked.push(['deploy', taskDefinition]);
      return deployed(taskDefinition);
    },
    redeploy: async () => {
      asked.push(['redeploy']);
      return service(2, { deployments: [primary(9, 'IN_PROGRESS')] });
    },
    setCount: async (_: unknown, count: number) => void asked.push(['set count', count]),
  };
  const taskDefinitions = {
    content: async (one: string) => one,
    resources: async () => ({ cpuUnits: 256, memoryMiB: 512, limits: {} }),
    registerResized: async (...values: readonly unknown[]) => {
      asked.push(['register', ...values]);
      return definition(3);
    },
  };
  const { call, kept } = stepCall({ ...given, operation: { alert: {}, ...given?.operation } });
  const answer = await begin({ services, taskDefinitions } as never, type, 'prod/orders', call).catch(
    (error: Error) => error,
  );
  return { answer, asked, kept };
}

const suspecting = (change: object = {}) => ({
  operation: {
    alert: {
      change: { source: 'ecs', kind: 'deployment', isInProgress: true, changeId: 'ecs-svc/2', ...change },
    },
  },
});
const IN_PROGRESS = service(2, { serviceDeployment: ARN, deployments: [primary(2, 'IN_PROGRESS')] });
const deploysOne = [['deploy', definition(1)]];

describe('a rollback of a deployment of ECS in progress', () => {
  it('has ECS go back from the suspect', async () => {
    const { answer, asked } = await begun('rollback_deployment', suspecting(), { looks: [IN_PROGRESS] });
    expect(answer).toStrictEqual({ reference: { executor: 'resource', id: `prod/orders/${ARN}` } });
    expect(asked).toEqual([['go back', ARN]]);
  });

  it.each<[string, object, Place]>([
    ['of another source', suspecting({ source: 'codedeploy' }), {}],
    ['that is no deployment', suspecting({ kind: 'scaling' }), {}],
    ['that is complete', suspecting({ isInProgress: false }), {}],
    ['that ECS calls complete', suspecting(), { looks: [service(2, { serviceDeployment: ARN })] }],
    [
      'of which ECS keeps no course',
      suspecting(),
      { looks: [{ ...IN_PROGRESS, serviceDeployment: undefined }] },
    ],
    ['that is being stopped', suspecting(), { course: { status: 'STOP_REQUESTED' } }],
    ['that replaces nothing', suspecting(), { course: { replaces: [] } }],
    ['that replaces several', suspecting(), { course: { replaces: ['revision 1', 'revision 3'] } }],
    ['that replaces another', suspecting(), { replaced: definition(3) }],
    ['that is too old', suspecting(), { course: new NotFound('not found') }],
    ['that ECS refuses to describe', suspecting(), { course: new RequestRefused('not here') }],
    ['where a strategy names the revision', { ...suspecting(), params: { revision: 1 } }, {}],
    ['that is not known', {}, { looks: [service(2, { deployments: [] })] }],
  ])('deploys the revision before a suspect %s', async (_, given, place) => {
    const { answer, asked } = await begun('rollback_deployment', given, { looks: [IN_PROGRESS], ...place });
    expect(asked).toEqual(deploysOne);
    expect(answer).toStrictEqual(under('ecs-svc/9'));
  });

  it.each([
    ['has no primary deployment', []],
    ['has a complete one', [primary(9)]],
  ])('waits for no deployment where the service %s right after it', async (_, deployments) => {
    const { answer } = await begun('rollback_deployment', {}, { deployments });
    expect(answer).toStrictEqual({
      outcome: 'SUCCEEDED',
      detail: 'task definition of prod/orders was changed from orders:2 to orders:1',
    });
  });

  it('is tried again where ECS is unavailable', async () => {
    const error = new ServiceUnavailable('throttled');
    const found = await begun('rollback_deployment', suspecting(), { looks: [IN_PROGRESS], course: error });
    expect(found).toMatchObject({ answer: error, asked: [] });
  });

  it.each([
    [[primary(3, 'IN_PROGRESS')], 'ecs-svc/3 of orders:3'],
    [[], 'none'],
  ])('is not for another primary deployment: %o', async (deployments, theirs) => {
    const { answer, asked, kept } = await begun('rollback_deployment', suspecting(), {
      looks: [service(3, { deployments })],
    });
    expect(answer).toStrictEqual({
      ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true },
      detail: `prod/orders: the primary deployment is ${theirs}, not ecs-svc/2, which was to be rolled back: it is left as it is`,
    });
    expect([asked, kept]).toEqual([[], []]);
  });

  it.each(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'])(
    'waits while ECS is going back by itself: %s',
    async (status) => {
      const history = [{ status, taskDefinition: definition(2) }];
      const { answer } = await begun('rollback_deployment', {}, { history });
      expect(answer).toBeInstanceOf(TargetBusy);
      expect(answer).toMatchObject({
        message: `ECS is going back from a deployment of prod/orders (${status})`,
      });
    },
  );
});

describe('the undo of a rollback of a service of ECS', () => {
  const undone = { before: JSON.stringify(definition(2)), intended: JSON.stringify(definition(1)) };
  const undo = { params: { phase: 'undo' }, changes: { undone } };
  const back = service(1, { serviceDeployment: ARN });

  it('waits while ECS is about to go back, so that nothing is deployed before', async () => {
    const course = { status: 'ROLLBACK_REQUESTED' };
    const { answer, asked } = await begun('rollback_deployment', undo, { looks: [back], course });
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      message: `ECS is about to go back from ${ARN}: nothing is deployed before`,
    });
    expect(asked).toEqual([]);
  });

  it.each<[string, object | Error]>([
    ['has gone back', { status: 'ROLLBACK_SUCCESSFUL' }],
    ['keeps no course', new NotFound('not found')],
  ])('reads the service again, and deploys then, where ECS %s', async (_, course) => {
    const { answer, asked } = await begun('rollback_deployment', undo, { looks: [back], course });
    expect(asked).toEqual([['deploy', definition(2)]]);
    expect(answer).toStrictEqual(under('ecs-svc/9'));
  });

  it('deploys nothing while ECS does not say whether it is going back', async () => {
    const course = new ServiceUnavailable('throttled');
    const found = await begun('rollback_deployment', undo, { looks: [back], course });
    expect(found).toMatchObject({ answer: course, asked: [] });
  });

  it('deploys at once where ECS has no service deployment', async () => {
    const unavailable = new ServiceUnavailable('it was asked');
    const { asked } = await begun('rollback_deployment', undo, { looks: [service(1)], course: unavailable });
    expect(asked).toEqual([['deploy', definition(2)]]);
  });

  it('ends at once where nobody has to wait for a deployment', async () => {
    const { answer } = await begun('rollback_deployment', { params: { phase: 'undo' } });
    expect(answer).toStrictEqual({
      outcome: 'SUCCEEDED',
      detail: 'task definition of prod/orders was never changed',
    });
  });
});

describe('another size of the tasks of a service', () => {
  const ladder = [{ cpuUnits: 512, memoryMiB: 1_024 }];

  it('is registered and deployed', async () => {
    const { answer, asked } = await begun('increase_resources', { params: { ladder } });
    expect(asked).toEqual([
      ['register', definition(2), { cpuUnits: 512, memoryMiB: 1_024, limits: {} }],
      ['deploy', definition(3)],
    ]);
    expect(answer).toStrictEqual(under('ecs-svc/9'));
  });

  it.each<[string, Place]>([
    [
      'task definition of prod/orders: a deployment is in progress: its size is not changed meanwhile',
      { looks: [service(2, { deployments: [primary(2), { ...primary(1), isPrimary: false }] })] },
    ],
    [
      'task definition of prod/orders: deployment ecs-svc/2 failed: its size is not changed meanwhile',
      { looks: [service(2, { deployments: [primary(2, 'FAILED')] })] },
    ],
  ])('is not registered meanwhile: %s', async (detail, place) => {
    const { answer, asked } = await begun('increase_resources', { params: { ladder } }, place);
    expect(answer).toStrictEqual(failed(detail));
    expect(asked).toEqual([]);
  });

  it('does not wait until as many tasks run as are desired: too small ones may be why', async () => {
    const looks = [service(2, { runningCount: 0 })];
    expect((await begun('increase_resources', { params: { ladder } }, { looks })).answer).toHaveProperty(
      'reference',
    );
  });
});

describe('a restart of a service of ECS', () => {
  const BEFORE = {
    before: `{"deployment":"ecs-svc/2","taskDefinition":"${definition(2)}"}`,
    intended: '"a new deployment"',
  };

  it('has on record which deployment it replaces, and follows the new one', async () => {
    const { answer, asked, kept } = await begun('restart_service', {});
    expect(answer).toStrictEqual(under('ecs-svc/9'));
    expect(asked).toEqual([['redeploy']]);
    expect(kept).toEqual([BEFORE]);
  });

  it('begins a deployment, too, where the service has none', async () => {
    const looks = [service(2, { deployments: [] })];
    const { answer, kept } = await begun('restart_service', {}, { looks });
    expect(answer).toStrictEqual(under('ecs-svc/9'));
    expect(kept).toMatchObject([{ before: `{"deployment":"","taskDefinition":"${definition(2)}"}` }]);
  });

  it('is not begun again, but followed, where an earlier try has begun it', async () => {
    const changes = { earlier: BEFORE };
    const seen = { looks: [service(2, { deployments: [primary(9, 'IN_PROGRESS')] })] };
    expect((await begun('restart_service', { changes }, seen)).answer).toStrictEqual(under('ecs-svc/9'));
    const { answer, asked } = await begun('restart_service', { changes });
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message:
        'a new deployment of prod/orders may have been begun by an earlier try whose answer was lost; ECS does not show it, and no other one is begun',
    });
    expect(asked).toEqual([]);
  });

  it('leaves what someone else has deployed since', async () => {
    const { answer, asked } = await begun('restart_service', {}, { looks: [service(2), service(3)] });
    expect(answer).toStrictEqual({
      ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true },
      detail:
        'prod/orders has orders:3 now, not orders:2: someone else has deployed it, and it is left as it is',
    });
    expect(asked).toEqual([]);
  });
});
