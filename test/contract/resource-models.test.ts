import type { AppConfigClient } from '@aws-sdk/client-appconfig';
import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RDSClient } from '@aws-sdk/client-rds';
import { beforeAll, describe, expect, it } from 'vitest';
import { createConfigDeployments } from '../../functions/adapters/app-config/config-deployments.ts';
import { createScalingGroups } from '../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createCodeDeployments } from '../../functions/adapters/code-deploy/code-deployments.ts';
import { createEc2Instances } from '../../functions/adapters/ec2/ec2-instances.ts';
import { createEcsServices } from '../../functions/adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../../functions/adapters/ecs/task-definitions.ts';
import { createLoadBalancers } from '../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import { createTargetGroups } from '../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { createDatabases } from '../../functions/adapters/rds/databases.ts';
import { createAutomations } from '../../functions/adapters/ssm/automations.ts';
import { settingText } from '../../functions/core/operation/recorded-change.ts';
import { NotFound, ServiceUnavailable } from '../../functions/ports/errors.ts';
import { createConfigEnvironments } from '../../local/embedded/app-config/config-environments.ts';
import { createEmbeddedScalingGroups } from '../../local/embedded/auto-scaling/scaling-groups.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createDeploymentGroups } from '../../local/embedded/code-deploy/deployment-groups.ts';
import { createInProcessEc2Client, createInstanceFleet } from '../../local/embedded/ec2/instance-fleet.ts';
import { createInProcessEcsClient, createServiceCluster } from '../../local/embedded/ecs/service-cluster.ts';
import { createBalancedGroups } from '../../local/embedded/elastic-load-balancing/balanced-groups.ts';
import { createEmbeddedLoadBalancers } from '../../local/embedded/elastic-load-balancing/load-balancers.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { createIds, createSeededRandom } from '../../local/embedded/random/seeded-random.ts';
import { createDatabaseFleet } from '../../local/embedded/rds/database-fleet.ts';
import { createInProcessSsmClient } from '../../local/embedded/systems-manager/in-process-client.ts';
import { createAutomation } from '../../local/ssm/automation.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { type ServiceModel, serviceModel } from './aws-model/service-model.ts';

/** An adapter over its service in this process, with every method called once. */
interface Api {
  readonly service: string;
  readonly apiVersion: string;
  /** @returns the operations that it sends, and where a request or an answer breaks the model */
  readonly call: (model: ServiceModel) => Promise<ReturnType<typeof recordClient>>;
}

const ID = 'i-0123456789abcdef0';

const EC2: Api = {
  service: 'ec2',
  apiVersion: '2016-11-15',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const fleet = createInstanceFleet({ clock });
    fleet.launch({ instanceId: ID, tags: { 'aws:autoscaling:groupName': 'web' } });
    const recorded = recordClient(createInProcessEc2Client(fleet), model);
    const instances = createEc2Instances(recorded.client);
    expect(await instances.read([ID])).toMatchObject([{ id: ID, autoScalingGroup: 'web' }]);
    await instances.reboot([ID]);
    expect(await instances.statuses([ID])).toMatchObject([{ check: 'initializing' }]);
    expect(await instances.hasInstanceStore('c5d.large')).toBe(true);
    await instances.snapshot(ID, 'operation/heal-0');
    expect(await instances.snapshotsOf('operation/heal-0')).toHaveLength(1);
    const [attached] = await instances.interfaces([ID]);
    await instances.setGroups(attached?.id ?? '', ['sg-0000000b']);
    expect(await instances.interfaces([ID])).toMatchObject([{ groups: ['sg-0000000b'] }]);
    await instances.monitor(ID);
    expect(await instances.read([ID])).toMatchObject([{ isMonitored: true }]);
    await instances.unmonitor(ID);
    expect(await instances.read([ID])).toMatchObject([{ isMonitored: false }]);
    await instances.stop(ID);
    await clock.advance(60_000);
    expect(await instances.stoppedWith({ 'aws:autoscaling:groupName': 'web' })).toEqual([ID]);
    expect(await instances.stoppedWith({ 'aws:autoscaling:groupName': 'other' })).toEqual([]);
    await instances.start(ID);
    return recorded;
  },
};

const ECS: Api = {
  service: 'ecs',
  apiVersion: '2014-11-13',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const cluster = createServiceCluster({ clock, newId: () => 'a-b', publish: () => undefined });
    const [first = '', second = ''] = [1, 2].map(() => cluster.register('orders'));
    cluster.create('prod', 'orders', second, 2);
    const recorded = recordClient(createInProcessEcsClient(cluster), model);
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

const LOAD_BALANCING: Api = {
  service: 'elbv2',
  apiVersion: '2015-12-01',
  call: async (model) => {
    const groups = createBalancedGroups({ clock: createVirtualClock(NOON) });
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
    groups.create(arn, 80);
    const recorded = recordClient(
      createInProcessClient<ElasticLoadBalancingV2Client>('ElasticLoadBalancing', groups.operations),
      model,
    );
    const targetGroups = createTargetGroups(recorded.client);
    await targetGroups.register(arn, ID, [80, 8443]);
    await targetGroups.deregister(arn, ID, [8443]);
    expect(await targetGroups.read(arn)).toEqual([
      { id: ID, port: 80, state: 'initial', reason: 'Elb.InitialHealthChecking' },
      { id: ID, port: 8443, state: 'draining', reason: 'Target.DeregistrationInProgress' },
    ]);
    return recorded;
  },
};

const BALANCERS: Api = {
  service: 'elbv2',
  apiVersion: '2015-12-01',
  call: async (model) => {
    const balancers = createEmbeddedLoadBalancers();
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';
    balancers.create(arn, 60);
    const recorded = recordClient(
      createInProcessClient<ElasticLoadBalancingV2Client>('ElasticLoadBalancing', balancers.operations),
      model,
    );
    const loadBalancers = createLoadBalancers(recorded.client);
    await loadBalancers.setIdleTimeout(arn, 120);
    expect(await loadBalancers.idleTimeout(arn)).toBe(120);
    return recorded;
  },
};

const AUTO_SCALING: Api = {
  service: 'autoscaling',
  apiVersion: '2011-01-01',
  call: async (model) => {
    const groups = createEmbeddedScalingGroups();
    groups.create('web', { desired: 2, minimum: 1, maximum: 4, instances: [ID] });
    groups.set('web', { suspended: ['AZRebalance'], launchFailure: 'no capacity' });
    const recorded = recordClient(
      createInProcessClient<AutoScalingClient>('AutoScaling', groups.operations),
      model,
    );
    const scalingGroups = createScalingGroups(recorded.client);
    await scalingGroups.setCapacity('web', 3);
    await scalingGroups.terminate(ID);
    expect(await scalingGroups.read('web')).toMatchObject({
      ...{ desired: 3, minimum: 1, maximum: 4, suspended: ['AZRebalance'], isBeingDeleted: false },
      instances: [{ id: ID, lifecycle: 'Terminating', isHealthy: true, weight: 1 }],
    });
    expect(await scalingGroups.isRefreshing('web')).toBe(false);
    expect(await scalingGroups.failedLaunch('web', 0)).toBe('no capacity');
    expect(await scalingGroups.failedLaunch('web', 1)).toBeUndefined();
    return recorded;
  },
};

const DATABASES: Api = {
  service: 'rds',
  apiVersion: '2014-10-31',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const fleet = createDatabaseFleet({ clock });
    fleet.createInstance('orders', { zone: 'us-east-1a', standbyZone: 'us-east-1b' });
    fleet.createCluster('shop', ['shop-1', 'shop-2']);
    const recorded = recordClient(createInProcessClient<RDSClient>('RDS', fleet.operations), model);
    const databases = createDatabases(recorded.client);
    await databases.reboot('orders', true);
    await databases.failOver('shop', 'shop-2');
    expect(await databases.readInstance('orders')).toMatchObject({ status: 'rebooting' });
    expect(await databases.readCluster('shop')).toMatchObject({ status: 'failing-over' });
    await clock.advance(60_000);
    const [started, completed] = await databases.listFailovers('orders', 360);
    expect([started?.phase, completed?.phase]).toEqual(['started', 'completed']);
    expect(await databases.readInstance('orders')).toMatchObject({ zone: 'us-east-1a' });
    await databases.reboot('orders', false);
    await clock.advance(60_000);
    await databases.resize('orders', { storageGiB: 200 }, 3_000);
    expect((await databases.readInstance('orders')).pending).toEqual({ storageGiB: 200, others: [] });
    await clock.advance(60_000);
    expect(await databases.readInstance('orders')).toMatchObject({
      ...{ status: 'storage-optimization', optimizedPercent: 10, storage: { giB: 200, type: 'gp3' } },
    });
    await clock.advance(6 * 3_600_000);
    expect(await databases.listFailovers('orders', 360)).toEqual([]);
    expect(await databases.listFailovers('orders', 420)).toEqual([started, completed]);
    fleet.addSnapshot('rds:orders-1', { id: 'orders', type: 'automated', takenAtMs: NOON });
    expect(await databases.listSnapshots('orders')).toEqual([
      { name: 'rds:orders-1', isAutomated: true, status: 'available', takenAtMs: NOON },
    ]);
    const copy = { name: 'selfheal-orders-1', madeBy: 'operation/heal-0' };
    await databases.restoreCopy('orders', 'rds:orders-1', copy);
    await databases.restoreCopy('orders', 'rds:orders-1', copy);
    await clock.advance(60_000);
    expect(await databases.readCopy(copy.name)).toEqual({
      ...{ status: 'available', isProtected: false, madeBy: 'operation/heal-0', snapshot: 'rds:orders-1' },
      endpoint: 'selfheal-orders-1.abcdefghijkl.us-east-1.rds.amazonaws.com:5432',
    });
    await databases.deleteCopy(copy.name, 'selfheal-orders-1-final');
    await databases.deleteCopy(copy.name, 'selfheal-orders-1-final');
    await clock.advance(60_000);
    expect(await databases.readCopy(copy.name)).toBeUndefined();
    fleet.addSnapshot('rds:shop-1', { id: 'shop', type: 'automated', takenAtMs: NOON }, 'cluster');
    expect(await databases.listClusterSnapshots('shop')).toMatchObject([
      { name: 'rds:shop-1', engineVersion: '16.4' },
    ]);
    const cluster = { name: 'selfheal-shop-1', madeBy: 'operation/heal-0' };
    const nightly = { name: 'rds:shop-1', engineVersion: '16.4' };
    await databases.restoreCluster('shop', nightly, cluster);
    await databases.restoreCluster('shop', nightly, cluster);
    await clock.advance(60_000);
    await databases.addInstance('shop-1', cluster.name, cluster);
    await databases.addInstance('shop-1', cluster.name, cluster);
    await clock.advance(60_000);
    expect(await databases.readClusterCopy(cluster.name)).toEqual({
      ...{ status: 'available', isProtected: false, members: [cluster.name] },
      ...{ madeBy: 'operation/heal-0', snapshot: 'rds:shop-1' },
      endpoint: 'selfheal-shop-1.cluster-abcdefghijkl.us-east-1.rds.amazonaws.com:5432',
    });
    await databases.deleteCopy(cluster.name);
    await databases.deleteCluster(cluster.name, 'selfheal-shop-1-final');
    await databases.deleteCluster(cluster.name, 'selfheal-shop-1-final');
    await clock.advance(60_000);
    expect(await databases.readClusterCopy(cluster.name)).toBeUndefined();
    for (const [of, id] of [
      ['instance', 'orders'],
      ['cluster', 'shop'],
    ] as const) {
      await databases.takeSnapshot(of, id, `of-${id}`);
      expect(await databases.readSnapshot(of, `of-${id}`)).toEqual({ status: 'creating', percent: 0 });
      await clock.advance(60_000);
      await databases.deleteSnapshot(of, `of-${id}`);
    }
    return recorded;
  },
};

const CODE_DEPLOY: Api = {
  service: 'codedeploy',
  apiVersion: '2014-10-06',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const random = createSeededRandom(1);
    const groups = createDeploymentGroups({ clock, newId: createIds(random), publish: () => undefined });
    const group = 'shop/production';
    groups.create(group);
    const revision = (key: string) => ({
      revisionType: 'S3',
      s3Location: { bucket: 'releases', key, bundleType: 'zip', eTag: 'abc' },
    });
    const bad = revision('shop-2.zip');
    groups.behave(bad, { takesMs: 0, succeeds: false });
    groups.deploy(group, revision('shop-1.zip'), true);
    const recorded = recordClient(
      createInProcessClient<CodeDeployClient>('CodeDeploy', groups.operations),
      model,
    );
    const deployments = createCodeDeployments(recorded.client);
    const id = await deployments.create(group, { revision: settingText(bad), description: 'one' });
    await expect(
      deployments.create(group, { revision: settingText(bad), description: 'another' }),
    ).rejects.toThrow(ServiceUnavailable);
    await deployments.stop(id, true);
    await clock.advance(60_000);
    const [back, stopped] = await deployments.since(group, NOON - 1);
    expect(stopped).toMatchObject({ id, status: 'Stopped', description: 'one', rolledBackBy: back?.id });
    expect(back).toMatchObject({ creator: 'codeDeployRollback', rollsBack: id });
    // One that is over is left as it is.
    await deployments.stop(id, false);
    await clock.advance(60_000);
    const failing = await deployments.create(group, {
      ...{ revision: settingText(bad), description: 'two' },
      fileExistsBehavior: 'OVERWRITE',
    });
    await clock.advance(60_000);
    expect(await deployments.read(failing)).toMatchObject({
      status: 'Failed',
      error: expect.stringMatching(/^HEALTH_CONSTRAINTS: /),
    });
    await expect(deployments.read('d-000000000')).rejects.toThrow(NotFound);
    return recorded;
  },
};

const APP_CONFIG: Api = {
  service: 'appconfig',
  apiVersion: '2019-10-09',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const environments = createConfigEnvironments({ clock, publish: () => undefined });
    environments.create('abc1234/def5678');
    environments.deploy('abc1234/def5678', 'flags01', '1', NOON);
    const recorded = recordClient(
      createInProcessClient<AppConfigClient>('AppConfig', environments.operations),
      model,
    );
    const deployments = createConfigDeployments(recorded.client);
    const place = { application: 'abc1234', environment: 'def5678', profile: 'flags01' };
    const request = { version: '2', strategy: 'abcdefg', description: 'Selfheal op/heal-0' };
    const number = await deployments.start(place, { ...request, latestNumber: 1 });
    await expect(deployments.start(place, { ...request, latestNumber: 1 })).rejects.toThrow(
      ServiceUnavailable,
    );
    expect(await deployments.list(place)).toMatchObject([
      { number, profile: 'flags01', version: '2', state: 'DEPLOYING', percent: 50 },
      { number: 1, state: 'COMPLETE', completedAtMs: NOON },
    ]);
    await clock.advance(3_600_000);
    expect(await deployments.read(place, number)).toMatchObject({
      ...{ state: 'COMPLETE', description: 'Selfheal op/heal-0', strategy: 'abcdefg' },
      lastEvent: 'Deployment started',
    });
    await deployments.withdraw(place, number);
    expect(await deployments.read(place, number)).toMatchObject({ state: 'REVERTED' });
    await expect(deployments.read(place, 9)).rejects.toThrow(NotFound);
    return recorded;
  },
};

const AUTOMATION: Api = {
  service: 'ssm',
  apiVersion: '2014-11-06',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const run = () => clock.sleep(60_000);
    const operations = createAutomation({
      definitions: { 'Acme-Scale': { parameters: { Clusters: { hasDefault: false } }, run } },
      now: () => new Date(clock.nowMs()),
      newId: () => '01234567-89ab-4cde-8f01-23456789abcd',
      later: (work) => void clock.after(0, work),
      visibleAfterMs: 0,
      publish: () => {},
      place: { region: 'us-east-1', account: '000000000000' },
    });
    const recorded = recordClient(createInProcessSsmClient(operations), model);
    const automations = createAutomations(recorded.client);
    const id = await automations.start({
      document: 'Acme-Scale',
      version: '$DEFAULT',
      parameters: { Clusters: ['orders'] },
      clientToken: '01234567-89ab-4cde-8f01-23456789abcd',
    });
    await clock.advance(1_000);
    expect(await automations.get(id)).toMatchObject({ status: 'InProgress' });
    await automations.stop(id);
    return recorded;
  },
};

describe.each([
  EC2,
  ECS,
  LOAD_BALANCING,
  BALANCERS,
  AUTO_SCALING,
  DATABASES,
  CODE_DEPLOY,
  APP_CONFIG,
  AUTOMATION,
])('what is sent to $service, and what is read of its answers,', (api) => {
  let model: ServiceModel;
  beforeAll(async () => {
    model = await serviceModel(api.service, api.apiVersion);
  });

  it('is what AWS’s model of the API allows', async () => {
    const { operations, faults } = await api.call(model);
    expect(operations.size).toBeGreaterThan(1);
    expect(faults).toEqual({ requests: [], answers: [] });
  });
});

describe('a recorded client', () => {
  it('notices a request that AWS’s model does not allow', async () => {
    const model = await serviceModel('ecs', '2014-11-13');
    const { client, faults } = recordClient({ send: async () => ({ services: 'none' }) }, model);
    await (client.send as (command: object) => Promise<unknown>)(
      new DescribeServicesCommand({ cluster: 'prod' } as never),
    );
    expect(faults.requests).toEqual(['DescribeServicesRequest.services is missing']);
    expect(faults.answers).toHaveLength(1);
  });
});
