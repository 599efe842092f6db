import { describe, expect, it } from 'vitest';
import { notCutOff, observeIsolation } from '../../../../functions/app/heal/observe-isolation.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const GROUP = 'sg-0123456789abcdef0';
const DENIED = new NotPermitted({ action: 'ec2:DescribeNetworkInterfaces' });

/** A host whose interface has these groups. */
async function host(groups: readonly string[] = [GROUP], targets: object = { instanceIds: [NODE] }) {
  const health = { url: 'https://web.example.com/health' };
  const isolate = { type: 'isolate_network', params: { by: 'security_groups', securityGroup: GROUP } };
  const world = createWorld(
    configured({
      components: { web: withMemoryAlarm({ targets, health }) },
      strategies: [{ components: ['web'], actions: [isolate] }],
    }),
  );
  world.endpoints.answer = () => 'no-answer';
  world.instanceFleet.launch({ instanceId: NODE, interfaces: { 'eni-a': [...groups] } });
  const operation = await admitted(world);
  const plan = await world.store.getPlan(operation.planId);
  if (!plan) throw new Error('the plan is not on record');
  const failing = (error: Error) => {
    world.instances = { ...world.instances, interfaces: () => Promise.reject(error) };
  };
  return {
    world,
    failing,
    observe: () => observeIsolation(world, { operation, plan }, operation.fence, GROUP),
    open: () => notCutOff(world, { operation, plan }, operation.fence, GROUP),
  };
}

describe('an isolation by security groups', () => {
  it('holds while each interface has the group alone, and the endpoint does not answer', async () => {
    const { observe, open } = await host();
    expect(await observe()).toBe('good');
    expect(await open()).toEqual([]);
  });

  it.each([[['sg-0000000a']], [[GROUP, 'sg-0000000a']]])(
    'does not hold with the groups %j',
    async (groups) => {
      const { observe, open } = await host(groups);
      expect(await observe()).toBe('bad');
      expect(await open()).toEqual([NODE]);
    },
  );

  it('does not hold while the endpoint answers', async () => {
    const { world, observe } = await host();
    world.endpoints.answer = () => 'good';
    expect(await observe()).toBe('bad');
  });

  it('asks no agent', async () => {
    const { world, observe } = await host();
    world.runbooks.nodes = world.runbooks.nodes.map((each) => ({ ...each, online: false }));
    expect(await observe()).toBe('good');
  });

  it('is not known while EC2 does not answer, or no host is found', async () => {
    const silent = await host();
    silent.failing(new ServiceUnavailable('throttled'));
    const empty = await host([GROUP], { tags: { role: 'web' } });
    empty.world.runbooks.nodes = [];
    for (const { observe, open } of [silent, empty]) {
      expect(await observe()).toBe('no-answer');
      expect(await open()).toEqual([]);
    }
  });

  it('is not known while one of its hosts is not found', async () => {
    const { observe, open } = await host([GROUP], { instanceIds: [NODE, 'i-0fffffffffffffff0'] });
    expect(await observe()).toBe('no-answer');
    expect(await open()).toEqual([]);
  });

  it('is decided by nobody who may not look', async () => {
    const { observe, open, failing } = await host();
    failing(DENIED);
    await expect(observe()).rejects.toThrow(DENIED);
    await expect(open()).rejects.toThrow(DENIED);
  });
});
