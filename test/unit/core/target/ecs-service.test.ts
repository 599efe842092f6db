import { describe, expect, it } from 'vitest';
import {
  deploymentOutcome,
  type EcsService,
  earlierRevision,
  foreignController,
  judgeRestart,
  revisionsOfSameContent,
  type ServiceDeployment,
  serviceName,
  unhealthiness,
  unsteadiness,
} from '../../../../functions/core/target/ecs-service.ts';

const arn = (revision: number, family = 'orders') =>
  `arn:aws:ecs:eu-west-1:123456789012:task-definition/${family}:${revision}`;
const deployment = (fields: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  ...{ id: 'ecs-svc/1', taskDefinition: arn(5), isPrimary: true, rollout: 'COMPLETED' },
  ...fields,
});
const service = (fields: Partial<EcsService> = {}): EcsService => ({
  ...{ taskDefinition: arn(5), desiredCount: 2, runningCount: 2, deployments: [deployment()] },
  ...fields,
});

describe('a rollback of a service', () => {
  it('goes to the newest active revision before the current one', () => {
    expect(earlierRevision(service({ taskDefinition: arn(11) }), [arn(2), arn(9), arn(11), arn(12)])).toBe(
      arn(9),
    );
  });

  it('goes to the revision that was deployed successfully last, whatever was registered since', () => {
    const active = [arn(1), arn(2), arn(3), arn(4), arn(5)];
    const back = (...history: readonly (readonly [number, string])[]) =>
      earlierRevision(
        service(),
        active,
        undefined,
        new Set(),
        history.map(([revision, status]) => ({ taskDefinition: arn(revision), status })),
      );
    expect(back([5, 'SUCCESSFUL'], [4, 'STOPPED'], [2, 'SUCCESSFUL'], [1, 'SUCCESSFUL'])).toBe(arn(2));
    // Someone has left a newer one, and 9 can no longer be deployed.
    expect(back([5, 'SUCCESSFUL'], [9, 'SUCCESSFUL'], [6, 'SUCCESSFUL'], [1, 'SUCCESSFUL'])).toBe(arn(1));
    expect(back([5, 'SUCCESSFUL'])).toBe(arn(4));
    // The last one was stopped, which is no rollback.
    expect(back([4, 'STOPPED'], [2, 'SUCCESSFUL'])).toBe(arn(2));
    expect(back()).toBe(arn(4));
  });

  it('needs a named revision where ECS itself has gone back, or is about to', () => {
    for (const status of ['ROLLBACK_SUCCESSFUL', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_REQUESTED']) {
      const history = [
        { taskDefinition: arn(7), status },
        { taskDefinition: arn(3), status: 'SUCCESSFUL' },
      ];
      expect(earlierRevision(service(), [arn(3), arn(4)], undefined, new Set(), history)).toEqual({
        problem: `ECS itself went back from orders:7 to orders:5 (${status}): name a \`revision\` to go back any further`,
      });
      expect(earlierRevision(service(), [arn(3)], 3, new Set(), history)).toBe(arn(3));
    }
  });

  it('goes on where the last deployment that ECS rolled back led to the current revision', () => {
    const history = [
      { taskDefinition: arn(5), status: 'ROLLBACK_SUCCESSFUL' },
      { taskDefinition: arn(3), status: 'SUCCESSFUL' },
    ];
    expect(earlierRevision(service(), [arn(3), arn(4), arn(5)], undefined, new Set(), history)).toBe(arn(3));
  });

  it.each([
    ['the revision that a deployment under way replaces', arn(2), arn(2)],
    ['a newer revision that someone replaces by an older one', arn(6), arn(6)],
    ['the one before, where a restart replaces the revision itself', arn(5), arn(4)],
  ])('goes to %s', (_, replaced, expected) => {
    const old = deployment({ id: 'ecs-svc/0', taskDefinition: replaced, isPrimary: false });
    const current = deployment({ rollout: 'IN_PROGRESS' });
    const active = [arn(2), arn(4), arn(5), arn(6)];
    expect(earlierRevision(service({ deployments: [current, old] }), active)).toBe(expected);
  });

  it('goes to the revision that has come up, though other deployments were begun since', () => {
    const replaced = [
      deployment({ id: 'ecs-svc/2', taskDefinition: arn(4), isPrimary: false, rollout: 'FAILED' }),
      deployment({ id: 'ecs-svc/1', taskDefinition: arn(3), isPrimary: false, rollout: 'IN_PROGRESS' }),
      deployment({ id: 'ecs-svc/0', taskDefinition: arn(1), isPrimary: false }),
    ];
    const current = deployment({ id: 'ecs-svc/3', rollout: 'IN_PROGRESS' });
    const active = [1, 2, 3, 4, 5].map((revision) => arn(revision));
    expect(earlierRevision(service({ deployments: [current, ...replaced] }), active)).toBe(arn(1));
  });

  it('passes over a revision that is being replaced before it came up', () => {
    const failed = deployment({ taskDefinition: arn(4), isPrimary: false, rollout: 'FAILED' });
    const stacked = service({ deployments: [deployment({ id: 'ecs-svc/2' }), failed] });
    expect(earlierRevision(stacked, [arn(3), arn(4), arn(5)])).toBe(arn(3));
  });

  it('does not begin where ECS itself has gone back from a newer revision that failed', () => {
    const failed = deployment({
      id: 'ecs-svc/2',
      taskDefinition: arn(6),
      isPrimary: false,
      rollout: 'FAILED',
    });
    const current = deployment({ id: 'ecs-svc/3', rollout: 'IN_PROGRESS' });
    expect(earlierRevision(service({ deployments: [current, failed] }), [arn(4), arn(5), arn(6)])).toEqual({
      problem: 'ECS has already gone back from orders:6, whose deployment failed, to orders:5',
    });
  });

  it('takes no failed deployment of another family, or of an older revision, for one that ECS went back from', () => {
    for (const taskDefinition of [arn(9, 'basket'), arn(3)]) {
      const failed = deployment({ taskDefinition, isPrimary: false, rollout: 'FAILED' });
      const stacked = service({ deployments: [deployment({ id: 'ecs-svc/2' }), failed] });
      expect(earlierRevision(stacked, [arn(4), arn(5)])).toBe(arn(4));
    }
  });

  it('goes to a revision that is being replaced, where ECS does not say how far it has come', () => {
    const old = deployment({ taskDefinition: arn(2), isPrimary: false, rollout: undefined });
    const current = deployment({ id: 'ecs-svc/2', rollout: undefined });
    expect(earlierRevision(service({ deployments: [current, old] }), [arn(2), arn(4), arn(5)])).toBe(arn(2));
  });

  it('stays within the family', () => {
    const active = [arn(3), arn(4, 'orders-worker'), arn(5), arn(2, 'orders-worker')];
    expect(earlierRevision(service(), active)).toBe(arn(3));
    expect(earlierRevision(service(), active, 2)).toEqual({ problem: 'orders has no active revision 2' });
  });

  it('goes to the revision that the strategy names, if it is active', () => {
    expect(earlierRevision(service(), [arn(3), arn(5)], 3)).toBe(arn(3));
    expect(earlierRevision(service(), [arn(5)], 3)).toEqual({ problem: 'orders has no active revision 3' });
  });

  it('passes over revisions with the same content, even one that a deployment replaces', () => {
    const same = new Set([arn(4), arn(3)]);
    const active = [arn(2), arn(3), arn(4), arn(5)];
    expect(earlierRevision(service(), active, undefined, same)).toBe(arn(2));
    const old = deployment({ id: 'ecs-svc/0', taskDefinition: arn(4), isPrimary: false });
    const resizing = service({ deployments: [deployment({ rollout: 'IN_PROGRESS' }), old] });
    expect(earlierRevision(resizing, active, undefined, same)).toBe(arn(2));
    expect(earlierRevision(service(), [arn(3), arn(4)], undefined, same)).toEqual({
      problem: 'no active revision with other content before orders:5 is left',
    });
  });

  it('has nowhere to go without an earlier active revision', () => {
    expect(earlierRevision(service(), [arn(5)])).toEqual({
      problem: 'no active revision before orders:5 is left',
    });
  });
});

describe('the revisions of the same content', () => {
  const active = [1, 2, 3, 4, 5].map((revision) => arn(revision));
  const reading = (contents: Readonly<Record<string, string>>, copies: readonly string[]) => {
    const read: string[] = [];
    const content = async (taskDefinition: string) => {
      read.push(taskDefinition);
      const isCopy = copies.includes(taskDefinition) && { isCopy: true as const };
      return { rest: contents[taskDefinition] ?? 'other', ...isCopy };
    };
    return { read, content };
  };

  it('include those before a copy, up to the first with other content', async () => {
    const same = { [arn(5)]: 'a', [arn(4)]: 'a', [arn(3)]: 'a', [arn(1)]: 'a' };
    const { read, content } = reading(same, [arn(5), arn(4)]);
    expect(await revisionsOfSameContent(service(), active, content)).toEqual(new Set([arn(4), arn(3)]));
    expect(read).toEqual([arn(5), arn(4), arn(3), arn(2)]);
  });

  it('include none where people registered the current one, though the one before is the same', async () => {
    const { read, content } = reading({ [arn(5)]: 'a', [arn(4)]: 'a' }, [arn(4)]);
    expect(await revisionsOfSameContent(service(), active, content)).toEqual(new Set());
    expect(read).toEqual([arn(5)]);
  });
});

describe('a deployment', () => {
  it.each<[string, EcsService, string | undefined]>([
    ['under way', service({ deployments: [deployment({ rollout: 'IN_PROGRESS' })] }), undefined],
    ['steady', service(), 'SUCCEEDED'],
    ['given up', service({ deployments: [deployment({ rollout: 'FAILED' })] }), 'FAILED'],
    ['replaced', service({ deployments: [deployment({ id: 'ecs-svc/2' })] }), 'FAILED'],
    ['being replaced', service({ deployments: [deployment({ isPrimary: false })] }), 'FAILED'],
    [
      'of which ECS does not say, with all tasks',
      service({ deployments: [deployment({ rollout: undefined })] }),
      'SUCCEEDED',
    ],
    [
      'of which ECS does not say, with some tasks',
      service({ runningCount: 1, deployments: [deployment({ rollout: undefined })] }),
      undefined,
    ],
  ])('has the outcome of its state: %s', (_what, found, outcome) => {
    expect(deploymentOutcome(found, 'ecs-svc/1')?.outcome).toBe(outcome);
  });

  it.each<[EcsService, string]>([
    [service(), 'deployment ecs-svc/1 of orders:5 has reached a steady state'],
    [
      service({ deployments: [deployment({ rollout: 'FAILED', reason: 'tasks failed to start' })] }),
      'deployment ecs-svc/1 of orders:5 failed: tasks failed to start',
    ],
    [
      service({ deployments: [deployment({ rollout: 'FAILED' })] }),
      'deployment ecs-svc/1 of orders:5 failed',
    ],
    [
      service({
        deployments: [
          deployment({ isPrimary: false }),
          deployment({ id: 'ecs-svc/2', taskDefinition: arn(6) }),
        ],
      }),
      'deployment ecs-svc/1 was replaced by ecs-svc/2 of orders:6',
    ],
    [service({ deployments: [] }), 'deployment ecs-svc/1 was replaced by none'],
  ])('says how it ended, and by what it was replaced', (found, detail) => {
    expect(deploymentOutcome(found, 'ecs-svc/1')?.detail).toBe(detail);
  });

  it('of which ECS does not say is not steady beside one that it replaces', () => {
    const deployments = [
      deployment({ rollout: undefined }),
      deployment({ id: 'ecs-svc/0', isPrimary: false, rollout: undefined }),
    ];
    expect(deploymentOutcome(service({ deployments }), 'ecs-svc/1')).toBeUndefined();
  });
});

describe('the controller of a service', () => {
  it('is ECS itself unless ECS names another', () => {
    expect(foreignController({})).toBeUndefined();
  });

  it.each([
    ['CODE_DEPLOY', 'stop or roll back the deployment in CodeDeploy'],
    ['EXTERNAL', 'use it'],
  ])('%s is named, with what to do instead', (deployedBy, instead) => {
    expect(foreignController({ deployedBy })).toBe(
      `its deployment controller is ${deployedBy}, so that ECS neither restarts it nor deploys to it: ${instead}, or use a \`run_automation\``,
    );
  });
});

it('a service is named by its cluster and itself', () => {
  expect(serviceName('shop/orders')).toEqual({ cluster: 'shop', service: 'orders' });
  expect(serviceName('shop')).toEqual({ cluster: 'shop', service: '' });
});

describe('a restart', () => {
  const marker = (id: string, revision = 5) => ({ deployment: id, taskDefinition: arn(revision) });

  it('counts as begun once another deployment of the same task definition has taken the place', () => {
    expect(judgeRestart(marker('1'), marker('1'))).toBe('send');
    expect(judgeRestart(marker('1'), marker('2'))).toBe('done');
  });

  it('must not be repeated once something else is deployed', () => {
    expect(judgeRestart(marker('1'), marker('2', 6))).toBe('foreign');
  });
});

describe('the health of a service', () => {
  it.each<[EcsService, string | undefined]>([
    [service(), undefined],
    [service({ runningCount: 1 }), '1 of 2 tasks run'],
    [
      service({ deployments: [deployment({ rollout: 'FAILED', reason: 'tasks failed' })] }),
      'deployment ecs-svc/1 failed: tasks failed',
    ],
    [service({ deployments: [deployment({ rollout: 'FAILED' })] }), 'deployment ecs-svc/1 failed'],
    [
      service({ deployments: [deployment(), deployment({ isPrimary: false })] }),
      'a deployment is in progress',
    ],
    [service({ deployments: [] }), undefined],
  ])('follows its tasks and deployments', (found, why) => {
    expect(unhealthiness(found)).toBe(why);
    expect(unsteadiness(found)).toBe(why);
  });

  it('is not steady while its only deployment comes up, though all tasks run', () => {
    const comingUp = service({ deployments: [deployment({ rollout: 'IN_PROGRESS' })] });
    expect(unhealthiness(comingUp)).toBeUndefined();
    expect(unsteadiness(comingUp)).toBe('deployment ecs-svc/1 is in progress');
  });

  it('is not steady if it is to run no task', () => {
    expect(unsteadiness(service({ desiredCount: 0, runningCount: 0 }))).toBe(
      'its desired count is 0, so no task serves',
    );
  });
});
