import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import type { NamedStep } from '../../../../functions/core/operation/step-admission.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const OTHER = 'i-00000000000000002';
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';

/** An operation whose first action changes a setting, and whose undo changes it back. */
async function changing(type: string, params: object, component: object) {
  const world = createWorld(
    configured({
      components: { web: withMemoryAlarm({ maxConcurrentTargets: 2, ...component }) },
      strategies: [
        {
          actions: [{ type, params, onError: 'rollback' }],
          rollback: { actions: [{ type, params: { phase: 'undo' } }] },
          verify: { by: 'alarm' },
        },
      ],
    }),
  );
  world.runbooks.nodes = [node(NODE), node(OTHER)];
  for (const instanceId of [NODE, OTHER]) world.instanceFleet.launch({ instanceId });
  world.embeddedBalancers.create(BALANCER, 60);
  world.serviceCluster.create('prod', 'orders', world.serviceCluster.register('orders'), 2);
  const perform = async (operationId: string, input: object, step: NamedStep) => {
    await act(world, { ...(input as ReturnType<typeof inputOf>), step });
    return await world.store.getStep(operationId, step.stepId);
  };
  return {
    world,
    make: async () => {
      const operation = await admitted(world);
      const { operationId } = operation;
      const made = await perform(operationId, inputOf(operation, 'do'), { stepId: 'heal-0' });
      return {
        made,
        undo: async () => {
          const failure = { error: 'NotRecovered', cause: 'it did not help' };
          const { steps } = await prepareRollback(world, { operationId, failure });
          const [step] = steps;
          return step && (await perform(operationId, inputOf(operation, 'undo'), step));
        },
      };
    },
  };
}

const HOSTS = { targets: { instanceIds: [NODE, OTHER] } };
const SERVICE = { targets: { ecsService: 'prod/orders' }, service: undefined };

describe('detailed monitoring of hosts', () => {
  const detailed = async () => await changing('enable_monitoring', { detailed: true }, HOSTS);

  it('goes off again only where the repair has switched it on', async () => {
    const { world, make } = await detailed();
    const { monitoring } = world.instanceFleet;
    monitoring.set(OTHER, true);
    const { made, undo } = await make();
    expect(made).toMatchObject({ outcome: 'SUCCEEDED', targets: [OTHER, NODE] });
    expect(monitoring.isOn(NODE)).toBe(true);
    expect(await undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'monitoring of i-0123456789abcdef0 is back from detailed to basic',
    });
    expect([NODE, OTHER].map(monitoring.isOn)).toEqual([false, true]);
    expect(world.instanceFleet.effects).toEqual([
      { instanceId: NODE, kind: 'monitored' },
      { instanceId: NODE, kind: 'unmonitored' },
    ]);
  });

  it('fails where EC2 has terminated a host', async () => {
    const { world, make } = await detailed();
    world.instanceFleet.terminate(NODE);
    expect((await make()).made).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('has terminated it'),
    });
    expect(world.instanceFleet.effects).toEqual([]);
  });
});

describe('Container Insights of the cluster of an ECS service', () => {
  const insights = async (value: string) =>
    await changing('enable_monitoring', { containerInsights: value }, SERVICE);

  it('collect more, and as much as before after the undo', async () => {
    const { world, make } = await insights('enabled');
    const { made, undo } = await make();
    expect(made).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'Container Insights of cluster prod was changed from disabled to enabled',
    });
    await undo();
    expect(world.serviceCluster.settings.changes).toEqual([
      { cluster: 'prod', from: 'disabled', to: 'enabled' },
      { cluster: 'prod', from: 'enabled', to: 'disabled' },
    ]);
  });

  it('stay as they are where they collect more already', async () => {
    const { world, make } = await insights('enabled');
    world.serviceCluster.settings.set('prod', 'enhanced');
    expect((await make()).made).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('has enhanced already'),
    });
    expect(world.serviceCluster.settings.changes).toEqual([]);
  });

  it('stay as someone else has set them since', async () => {
    const { world, make } = await insights('enabled');
    const { undo } = await make();
    world.serviceCluster.settings.set('prod', 'enhanced');
    expect(await undo()).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'Container Insights of cluster prod has enhanced, neither enabled as before nor disabled as intended: someone else has changed it, and it is left as it is',
    });
    expect(world.serviceCluster.settings.changes).toHaveLength(1);
  });
});

describe('the idle time-out of a load balancer', () => {
  it.each([
    ['hosts', { ...HOSTS, loadBalancer: BALANCER }, BALANCER],
    ['an ECS service', { ...SERVICE, loadBalancer: BALANCER }, 'prod/orders'],
  ])('changes once for %s, and back', async (_, component, target) => {
    const { world, make } = await changing('adjust_timeout', { to: '2m' }, component);
    const { made, undo } = await make();
    expect(made).toMatchObject({
      outcome: 'SUCCEEDED',
      targets: [target],
      detail: 'idle time-out of web was changed from 60 s to 120 s',
    });
    await undo();
    expect(world.embeddedBalancers.changes).toEqual([
      { arn: BALANCER, from: 60, to: 120 },
      { arn: BALANCER, from: 120, to: 60 },
    ]);
    expect(world.runbooks.sent).toEqual([]);
  });

  it('stays as someone else has set it since', async () => {
    const { world, make } = await changing(
      'adjust_timeout',
      { to: 120 },
      { ...HOSTS, loadBalancer: BALANCER },
    );
    const { undo } = await make();
    world.embeddedBalancers.set(BALANCER, 300);
    expect(await undo()).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'idle time-out of web has 300 s, neither 120 s as before nor 60 s as intended: someone else has changed it, and it is left as it is',
    });
    expect(world.embeddedBalancers.changes).toHaveLength(1);
  });
});
