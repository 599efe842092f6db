import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../functions/app/executors/resource.ts';
import { act } from '../../../../functions/app/heal/act.ts';
import {
  NotFound,
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
} from '../../../../functions/ports/errors.ts';
import { createWorld } from '../../../factories/ports/world.ts';
import { acting } from './reconcile-lab.ts';

const gone = () => Promise.reject(new NotFound('the call: ResourceNotFound: it does not exist'));

describe('something that was begun on a resource which was deleted since', () => {
  it.each([
    ['an ECS service', 'production/orders/ecs-svc/1', { services: { read: gone } }],
    ['a database', 'rds:reboot:1:orders:', { databases: { readInstance: gone } }],
    ['a cluster', 'rds:cluster-failover:1:shop:shop-2', { databases: { readCluster: gone } }],
    ['an alias', 'lambda:4:orders:live', { aliases: { read: gone } }],
    [
      'a target group',
      'elb:deregistration:i-0123456789abcdef0:arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/web/1',
      { targetGroups: { read: gone } },
    ],
  ])('counts as failed, and says so: %s', async (_what, id, ports) => {
    const world = Object.assign(createWorld(), ports);
    expect(await inspect(world, id)).toMatchObject({
      outcome: 'FAILED',
      isWhole: true,
      detail: expect.stringContaining('what it was begun on no longer exists'),
    });
  });

  it.each([
    ['may not be looked at', new NotPermitted({ action: 'ecs:DescribeServices' })],
    ['is out of reach', new ServiceUnavailable('ecs:DescribeServices: timed out')],
  ])('does not count as deleted where it %s', async (_how, error) => {
    const world = Object.assign(createWorld(), { services: { read: () => Promise.reject(error) } });
    await expect(inspect(world, 'production/orders/ecs-svc/1')).rejects.toBe(error);
  });
});

describe('an action whose service refuses to say how it stands', () => {
  const actingRefused = async () => {
    const begun = await acting();
    await act(begun.world, begun.input);
    const refused = () =>
      Promise.reject(new RequestRefused('ssm:ListCommands: InvalidCommandId: no such id'));
    begun.world.runbooks = { ...begun.world.runbooks, getCommand: refused };
    return begun;
  };

  it('ends past its deadline, as unknown, and says why', async () => {
    const { world, operationId, step, later } = await actingRefused();
    expect((await later(75)).done).toContain(`timed out heal-0 of ${operationId}`);
    expect(await step()).toMatchObject({
      outcome: 'UNKNOWN',
      detail: expect.stringContaining('InvalidCommandId: no such id: no end after its time-out'),
    });
    expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
  });

  it('may still end by its event before its deadline', async () => {
    const { step, later } = await actingRefused();
    await later(60);
    expect(await step()).not.toHaveProperty('outcome');
  });
});
