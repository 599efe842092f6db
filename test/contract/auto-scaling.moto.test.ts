import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScalingGroups } from '../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createLoadBalancers } from '../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import { createTargetGroups } from '../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { act } from '../../functions/app/heal/act.ts';
import { diagnoseOperation } from '../../functions/app/heal/diagnose.ts';
import { prepareRollback } from '../../functions/app/heal/prepare-rollback.ts';
import { commandStatus } from '../../functions/app/recover/command-status.ts';
import { reconcileStep } from '../../functions/app/recover/reconcile-step.ts';
import type { NamedStep } from '../../functions/core/operation/step-admission.ts';
import { inService } from '../../functions/core/target/registered-target.ts';
import { NotFound } from '../../functions/ports/errors.ts';
import type { TargetGroups } from '../../functions/ports/target-groups.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type Moto, startMoto } from '../../local/moto/server.ts';
import { configured, withMemoryAlarm } from '../factories/configuration.ts';
import { node } from '../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf } from '../factories/ports/world.ts';
import { requirement } from '../factories/requirements.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

const HOSTS = 4;
const MINIMUM = 2;

describe.skipIf(!requirement('python'))('an Auto Scaling group behind a target group, on moto,', () => {
  let moto: Moto;
  let arn: string;
  let balancer: string;
  let ids: readonly string[];
  let recorded: ReturnType<typeof recordClient<ElasticLoadBalancingV2Client>>;
  let groups: TargetGroups;
  let balancing: ElasticLoadBalancingV2Client;
  let sizing: ReturnType<typeof recordClient<AutoScalingClient>>;
  beforeAll(async () => {
    moto = await startMoto();
    const settings = { ...localEndpoint(moto.endpoint, moto.region), maxAttempts: 1 };
    const scaling = new AutoScalingClient(settings);
    sizing = recordClient(scaling, await serviceModel('autoscaling', '2011-01-01'));
    balancing = new ElasticLoadBalancingV2Client(settings);
    recorded = recordClient(balancing, await serviceModel('elbv2', '2015-12-01'));
    groups = createTargetGroups(recorded.client);
    const { Subnets = [] } = await new EC2Client(settings).send(new DescribeSubnetsCommand({}));
    const [one, other] = Subnets;
    const subnets = [one?.SubnetId ?? '', other?.SubnetId ?? ''];
    const { LoadBalancers = [] } = await balancing.send(
      new CreateLoadBalancerCommand({ Name: 'web', Subnets: subnets }),
    );
    balancer = LoadBalancers[0]?.LoadBalancerArn ?? '';
    const { TargetGroups: created = [] } = await balancing.send(
      new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 8080, VpcId: one?.VpcId }),
    );
    arn = created[0]?.TargetGroupArn ?? '';
    await balancing.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancer,
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }],
      }),
    );
    await scaling.send(
      new CreateLaunchConfigurationCommand({
        LaunchConfigurationName: 'web',
        ImageId: 'ami-12c6146b',
        InstanceType: 't3.micro',
      }),
    );
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: 'web',
        LaunchConfigurationName: 'web',
        MinSize: 0,
        MaxSize: HOSTS,
        DesiredCapacity: HOSTS,
        VPCZoneIdentifier: subnets.join(),
        TargetGroupARNs: [arn],
      }),
    );
    const { AutoScalingGroups = [] } = await scaling.send(new DescribeAutoScalingGroupsCommand({}));
    ids = (AutoScalingGroups[0]?.Instances ?? []).map(({ InstanceId = '' }) => InstanceId).sort();
  });
  afterAll(async () => await moto?.stop());

  const serving = async () => [...inService(await groups.read(arn))].sort();

  /** One operation on all hosts, with the load balancer looked at whenever a command acts on one of them. */
  async function repair(statusOf: (id: string) => string = () => 'Success') {
    const world = createWorld(
      configured({
        settings: { repairTimeoutSeconds: 3_600 },
        components: {
          web: withMemoryAlarm({
            targets: { autoScalingGroup: 'web' },
            targetGroup: arn,
            minHealthyTargets: MINIMUM,
          }),
        },
        strategies: [{ actions: [{ type: 'start_component', params: { mode: 'restart' } }] }],
      }),
    );
    const deps = { ...world, targetGroups: groups };
    const { runbooks } = world;
    runbooks.nodes = ids.map((id) => node(id));
    const { resolveTargets } = runbooks;
    const acted: { readonly id: string; readonly serving: readonly string[] }[] = [];
    Object.assign(runbooks, {
      resolveTargets: async (selector: { readonly instanceIds?: readonly string[] }) =>
        (await resolveTargets(selector as never)).filter(
          ({ instanceId }) => selector.instanceIds?.includes(instanceId) ?? true,
        ),
      listInvocations: async (commandId: string) => {
        const sent = runbooks.sent.find((one) => one.commandId === commandId);
        return (sent?.instanceIds ?? []).map((instanceId) => ({
          instanceId,
          status: sent?.document === 'selfheal-start-component' ? statusOf(instanceId) : 'Success',
          output: '',
        }));
      },
    });
    const operation = await admitted(world);
    const perform = async (step: NamedStep): Promise<string | undefined> => {
      await act(deps, { ...inputOf(operation, `token-${step.stepId}`), step });
      const record = await world.store.getStep(operation.operationId, step.stepId);
      const { executor, id = '' } = record?.reference ?? {};
      if (executor === 'run_command') {
        for (const target of record?.targets ?? []) acted.push({ id: target, serving: await serving() });
        const { document } = runbooks.ends(statusOf(record?.targets[0] ?? ''), undefined, id);
        await commandStatus(deps, { commandId: id, document, status: 'Success' });
      } else if (executor !== undefined) {
        world.clock.now += 60_000;
        const claim = await world.store.getClaim('web');
        if (claim) await reconcileStep(deps, { ...claim, component: 'web' });
      }
      return (await world.store.getStep(operation.operationId, step.stepId))?.outcome;
    };
    const { steps } = await diagnoseOperation(deps, operation);
    const outcomes: (string | undefined)[] = [];
    for (const step of steps) {
      outcomes.push(await perform(step));
      if (outcomes.at(-1) !== 'SUCCEEDED') break;
    }
    return {
      outcomes,
      acted,
      undo: async () => {
        const failure = { error: 'ActionFailed', cause: 'it did not start' };
        const undoing = await prepareRollback(deps, { operationId: operation.operationId, failure });
        for (const step of undoing.steps) outcomes.push(await perform(step));
        return undoing.steps.map(({ action }) => action.type);
      },
    };
  }

  it('is repaired batch by batch, each drained, with never fewer in service than minHealthyTargets', async () => {
    expect(await serving()).toEqual(ids);
    const { outcomes, acted } = await repair();
    // Drained, restarted, looked at, put back.
    expect(outcomes).toEqual(Array.from({ length: 4 * HOSTS }, () => 'SUCCEEDED'));
    expect(acted.map(({ id }) => id)).toEqual(ids.flatMap((id) => [id, id]));
    for (const one of acted) {
      expect(one.serving).toEqual(ids.filter((id) => id !== one.id));
      expect(one.serving.length).toBeGreaterThanOrEqual(MINIMUM);
    }
    expect(await serving()).toEqual(ids);
  });

  it('has the host of an aborted batch put back, and the others left alone', async () => {
    const [, second] = ids;
    const { outcomes, acted, undo } = await repair((id) => (id === second ? 'Failed' : 'Success'));
    expect(outcomes.slice(-2)).toEqual(['SUCCEEDED', 'FAILED']);
    expect(acted.at(-1)?.serving).toEqual(ids.filter((id) => id !== second));
    expect(await undo()).toEqual(['restore_target']);
    expect(await serving()).toEqual(ids);
  });

  it('stays untouched while the load balancer sends requests to no more hosts than minHealthyTargets', async () => {
    const taken = ids.slice(0, HOSTS - MINIMUM);
    for (const id of taken) await groups.deregister(arn, id, [8080]);
    const { outcomes, acted } = await repair();
    // Hosts that were out of service already can be repaired; the first that serves cannot be spared.
    expect(outcomes.at(-1)).toBe('FAILED');
    expect(acted.map(({ id }) => id)).toEqual(taken.flatMap((id) => [id, id]));
    expect(await serving()).toEqual(ids.slice(HOSTS - MINIMUM));
    await balancing.send(
      new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: taken.map((Id) => ({ Id })) }),
    );
  });

  it('is scaled to an absolute number within its own bounds, and back', async () => {
    const world = createWorld(
      configured({
        components: { web: withMemoryAlarm({ targets: { autoScalingGroup: 'web' } }) },
        strategies: [
          {
            actions: [{ type: 'scale_resources', params: { to: 3 } }],
            rollback: { actions: [{ type: 'scale_resources', params: { phase: 'undo' } }] },
          },
        ],
      }),
    );
    const scalingGroups = createScalingGroups(sizing.client);
    const deps = { ...world, scalingGroups };
    const operation = await admitted(world);
    const { steps } = await diagnoseOperation(deps, operation);
    expect(steps).toEqual([{ stepId: 'heal-0' }]);
    await act(deps, { ...inputOf(operation, 'do'), step: { stepId: 'heal-0' } });
    expect(await scalingGroups.read('web')).toMatchObject({ desired: 3, minimum: 0, maximum: HOSTS });
    const failure = { error: 'NotRecovered', cause: 'still busy' };
    const undoing = await prepareRollback(deps, { operationId: operation.operationId, failure });
    for (const step of undoing.steps) await act(deps, { ...inputOf(operation, 'undo'), step });
    expect((await scalingGroups.read('web')).desired).toBe(HOSTS);
    await expect(scalingGroups.read('none')).rejects.toThrow(NotFound);
    expect([...sizing.operations].sort()).toEqual(['DescribeAutoScalingGroups', 'SetDesiredCapacity']);
    expect(sizing.faults).toEqual({ requests: [], answers: [] });
  });

  it('has an instance replaced by another one, which the load balancer calls healthy', async () => {
    const world = createWorld(
      configured({
        components: {
          web: withMemoryAlarm({
            targets: { autoScalingGroup: 'web' },
            targetGroup: arn,
            service: undefined,
            minHealthyTargets: HOSTS - 1,
          }),
        },
        strategies: [{ actions: [{ type: 'replace_instance' }] }],
      }),
    );
    // moto knows no instance refreshes.
    const scalingGroups = { ...createScalingGroups(sizing.client), isRefreshing: async () => false };
    const deps = { ...world, scalingGroups, targetGroups: groups };
    const before = (await scalingGroups.read('web')).instances.map(({ id }) => id);
    const [victim = ''] = before;
    world.runbooks.nodes = before.map((id) => node(id));
    const operation = await admitted(world, { targets: [victim] });
    await diagnoseOperation(deps, operation);
    await act(deps, { ...inputOf(operation, 'do'), step: { stepId: 'heal-0' } });
    expect(await world.store.getStep(operation.operationId, 'heal-0')).not.toHaveProperty('outcome');
    const after = (await scalingGroups.read('web')).instances.map(({ id }) => id);
    expect(after).not.toContain(victim);
    const [successor = ''] = after.filter((id) => !before.includes(id));
    world.runbooks.nodes = after.map((id) => node(id));
    world.clock.now += 60_000;
    const claim = await world.store.getClaim('web');
    if (claim) await reconcileStep(deps, { ...claim, component: 'web' });
    expect(await world.store.getStep(operation.operationId, 'heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      replaced: { [victim]: successor },
    });
    expect((await scalingGroups.read('web')).desired).toBe(HOSTS);
    expect(await serving()).toContain(successor);
    expect(sizing.faults).toEqual({ requests: [], answers: [] });
  });

  it('has the idle time-out of its load balancer changed, and back', async () => {
    const loadBalancers = createLoadBalancers(recorded.client);
    await loadBalancers.setIdleTimeout(balancer, 60);
    const world = createWorld(
      configured({
        components: {
          web: withMemoryAlarm({ targets: { autoScalingGroup: 'web' }, loadBalancer: balancer }),
        },
        strategies: [
          {
            actions: [{ type: 'adjust_timeout', params: { to: 120 } }],
            rollback: { actions: [{ type: 'adjust_timeout', params: { phase: 'undo' } }] },
          },
        ],
      }),
    );
    const deps = { ...world, loadBalancers };
    const operation = await admitted(world);
    await act(deps, { ...inputOf(operation, 'do'), step: { stepId: 'heal-0' } });
    expect(await loadBalancers.idleTimeout(balancer)).toBe(120);
    const failure = { error: 'NotRecovered', cause: 'still slow' };
    const undoing = await prepareRollback(deps, { operationId: operation.operationId, failure });
    for (const step of undoing.steps) await act(deps, { ...inputOf(operation, 'undo'), step });
    expect(await loadBalancers.idleTimeout(balancer)).toBe(60);
  });

  it('satisfies AWS’s model in requests and answers, and is not found if it does not exist', async () => {
    expect([...recorded.operations].sort()).toEqual([
      'DeregisterTargets',
      'DescribeLoadBalancerAttributes',
      'DescribeTargetHealth',
      'ModifyLoadBalancerAttributes',
      'RegisterTargets',
    ]);
    expect(recorded.faults).toEqual({ requests: [], answers: [] });
    await expect(groups.read(arn.replace(/.{16}$/, '0000000000000000'))).rejects.toThrow(NotFound);
  });
});
