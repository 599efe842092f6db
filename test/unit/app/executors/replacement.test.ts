import { describe, expect, it } from 'vitest';
import { diagnoseOperation } from '../../../../functions/app/heal/diagnose.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { GroupState } from '../../../../local/embedded/auto-scaling/scaling-groups.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { runningOperation } from '../../../factories/operations/running-operation.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const GROUP = 'web-asg';
const ARN = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const [A, B, C] = ['a', 'b', 'c'].map((end) => `i-0000000000000000${end}`) as [string, string, string];
const [FIRST, SECOND] = [1, 2].map((number) => `i-${String(number).padStart(17, 'f')}`) as [string, string];

interface Place {
  readonly state?: GroupState;
  readonly component?: object;
  /** Target groups that the group registers its instances in. */
  readonly targetGroups?: readonly string[];
  readonly targets?: readonly string[];
  readonly afterwards?: readonly object[];
}

/** An operation that replaces instances of a group of three. */
async function replacing({
  state,
  component,
  targetGroups = [],
  targets = [A],
  afterwards = [],
}: Place = {}) {
  const world = createWorld(
    configured({
      settings: { repairTimeoutSeconds: 3_600 },
      components: {
        web: withMemoryAlarm({ targets: { autoScalingGroup: GROUP }, minHealthyTargets: 0, ...component }),
      },
      strategies: [{ actions: [{ type: 'replace_instance', onError: 'rollback' }, ...afterwards] }],
    }),
  );
  const groups = world.embeddedGroups;
  groups.create(GROUP, { desired: 3, minimum: 1, maximum: 4, instances: [A, B, C], targetGroups });
  if (state) groups.set(GROUP, state);
  world.balancedGroups.create(ARN, 80);
  for (const id of [A, B, C]) world.balancedGroups.put(ARN, id, 80, 'healthy');
  world.runbooks.nodes = [A, B, C].map((id) => node(id));
  const running = await runningOperation(world, { targets });
  const { steps } = await diagnoseOperation(world, running.operation);
  return {
    ...running,
    ...{ world, groups },
    steps: steps.map(({ stepId }) => stepId),
    layout: (await world.store.getOperation(running.operationId))?.layout,
  };
}

describe('replacing an instance of an Auto Scaling group', () => {
  it('ends when another one is in service in its place', async () => {
    const run = await replacing();
    await run.step('heal-0');
    expect(run.groups.terminated).toEqual([A]);
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      replaced: { [A]: FIRST },
      detail: `${A}: replaced by ${FIRST}`,
    });
    expect(run.groups.instancesOf(GROUP)).toEqual({
      [B]: 'InService',
      [C]: 'InService',
      [FIRST]: 'InService',
    });
  });

  it('waits for the agent of the new instance, and for the load balancer to call it healthy', async () => {
    const run = await replacing({ component: { targetGroup: ARN }, targetGroups: [ARN] });
    expect(run.steps).toEqual(['heal-0']);
    await run.step('heal-0');
    run.world.endDeployments();
    const nodes = run.world.runbooks.nodes;
    run.world.runbooks.nodes = nodes.filter(({ instanceId }) => instanceId !== FIRST);
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.runbooks.nodes = nodes;
    run.world.balancedGroups.put(ARN, FIRST, 80, 'unregistered');
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.balancedGroups.put(ARN, FIRST, 80, 'healthy');
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBe('SUCCEEDED');
  });

  it('goes on with the new instance, and undoes nothing of the old one', async () => {
    const run = await replacing({
      afterwards: [{ type: 'start_component', onError: 'rollback' }],
    });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    await run.step('heal-1');
    expect(run.world.runbooks.sent.at(-1)).toMatchObject({
      document: 'selfheal-start-component',
      instanceIds: [FIRST],
    });
    expect(await run.undoSteps()).toEqual([]);
  });

  it('replaces one batch after the other, and checks each new instance before the next', async () => {
    const run = await replacing({ targets: [A, B] });
    expect(run.steps).toEqual(['heal-0', 'heal-1', 'heal-2', 'heal-3']);
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    await run.step('heal-1');
    expect(run.world.runbooks.sent.at(-1)).toMatchObject({
      document: 'selfheal-verify-health',
      instanceIds: [FIRST],
    });
    expect(run.groups.terminated).toEqual([A]);
    await run.step('heal-2');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-2')).toMatchObject({ replaced: { [B]: SECOND } });
  });

  it.each<[string, Place]>([
    ['is protected from scale-in', { state: { isProtected: [A] } }],
    ['someone has suspended Launch of the group', { state: { suspended: ['Launch'] } }],
    ['someone has suspended Terminate of the group', { state: { suspended: ['Terminate'] } }],
    ['someone has suspended ReplaceUnhealthy', { state: { suspended: ['ReplaceUnhealthy'] } }],
    ['an instance refresh of the group is in progress', { state: { isRefreshing: true } }],
    ['3 of 4 instances are in service', { state: { desired: 4 } }],
    ['attach the target group to it', { component: { targetGroup: ARN } }],
    [
      'someone has suspended AddToLoadBalancer',
      {
        component: { targetGroup: ARN },
        targetGroups: [ARN],
        state: { suspended: ['AddToLoadBalancer'] },
      },
    ],
  ])('fails where %s, and gives the reason', async (reason, place) => {
    const run = await replacing(place);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(reason),
    });
    expect(run.groups.terminated).toEqual([]);
  });

  it('fails for an instance that has left the group', async () => {
    const run = await replacing();
    await run.world.scalingGroups.terminate(A);
    run.world.runbooks.nodes = [A, B, C].map((id) => node(id));
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(`${A} is Terminating, and not in service`),
    });
    expect(run.groups.terminated).toEqual([A]);
  });

  it('fails where the alert names no instance and none was found unhealthy', async () => {
    const run = await replacing({ targets: [] });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'TargetsUnavailable',
      detail: expect.stringContaining('none was found unhealthy'),
    });
    expect(run.groups.terminated).toEqual([]);
  });

  it('counts only others that the load balancer sends requests to for minHealthyTargets', async () => {
    const run = await replacing({
      component: { targetGroup: ARN, minHealthyTargets: 2, service: undefined },
      targetGroups: [ARN],
    });
    run.world.balancedGroups.put(ARN, B, 80, 'unregistered');
    expect(await run.step('heal-0')).toMatchObject({
      failsAs: 'TooFewHealthyTargets',
      detail:
        'i-0000000000000000a may serve, and 1 other targets of web are healthy; minHealthyTargets requires 2: repair the others first, or lower it',
    });
    expect(run.groups.terminated).toEqual([]);
  });

  it('terminates no second instance after a lost answer, and finds the one that takes its place', async () => {
    const run = await replacing();
    const { terminate } = run.world.scalingGroups;
    Object.assign(run.world.scalingGroups, {
      terminate: async (id: string) => {
        await terminate(id);
        throw new ServiceUnavailable('the answer was lost');
      },
    });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    await run.step('heal-0');
    expect(run.groups.terminated).toEqual([A]);
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', replaced: { [A]: FIRST } });
  });

  it('ends without a successor if someone makes the group smaller meanwhile', async () => {
    const run = await replacing({ state: { launchFailure: 'no capacity' } });
    await run.step('heal-0');
    run.groups.set(GROUP, { desired: 2 });
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      skipped: { [A]: 'gone' },
      detail: `${A}: terminated; the group wants 2 instances, and has them`,
    });
  });

  it('says why no instance was launched once its time is up', async () => {
    const run = await replacing({
      state: { launchFailure: 'We currently do not have sufficient m7g.large capacity.' },
    });
    await run.step('heal-0');
    await run.reconcile(1_000_000);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'TIMED_OUT',
      detail: expect.stringContaining('do not have sufficient m7g.large capacity'),
    });
  });

  it('names what was terminated before a later instance of the batch was refused', async () => {
    const run = await replacing({ targets: [A, B], component: { maxConcurrentTargets: 2 } });
    const { terminate } = run.world.scalingGroups;
    Object.assign(run.world.scalingGroups, {
      terminate: async (id: string) => {
        if (id === B) throw new NotPermitted({ action: 'autoscaling:TerminateInstanceInAutoScalingGroup' });
        await terminate(id);
      },
    });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(`${A}: terminated, and being replaced`),
    });
  });
});
