import { describe, expect, it } from 'vitest';
import { createMemoryDiscoveredGraphs } from '../../../../functions/adapters/memory/discovered-graphs.ts';
import { createMemoryOperationStore } from '../../../../functions/adapters/memory/operation-store.ts';
import { refreshGraph } from '../../../../functions/app/discovery/refresh-graph.ts';
import { GraphUnreadable } from '../../../../functions/ports/discovered-graphs.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { Topology } from '../../../../functions/ports/topology.ts';
import { createVirtualClock } from '../../../../local/embedded/clock/virtual-clock.ts';
import { createTargetServices } from '../../../../local/embedded/target-services.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const HOUR_MS = 3_600_000;
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/pay/0123456789abcdef';
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/pay/0123456789abcdef';
const ADDRESS = 'internal-pay-1.us-east-1.elb.amazonaws.com';

const ECS_SERVICE = { targets: { ecsService: 'prod/pay' }, service: undefined };

function worldOf(graph: Readonly<Record<string, unknown>> = { discover: ['xray', 'ecs', 'loadBalancers'] }) {
  const clock = createVirtualClock(NOON);
  const cloud = createTargetServices({
    clock,
    newId: () => 'id',
    random: () => 0.5,
    publish: () => undefined,
    onInstanceLaunched: () => undefined,
  });
  cloud.serviceCluster.create('prod', 'pay', cloud.serviceCluster.register('pay'), 1);
  cloud.serviceCluster.setAddresses('prod', 'pay', { targetGroups: [GROUP], connectNames: ['pay.internal'] });
  cloud.balancerRoutes.put({ arn: BALANCER, dnsName: ADDRESS, listeners: [[{ targetGroups: [GROUP] }]] });
  const configuration = configured({
    settings: { graph },
    components: { web: {}, orders: {}, pay: ECS_SERVICE },
  });
  const world = {
    configuration,
    home: { account: '000000000000', region: 'us-east-1' },
    clock,
    topology: cloud.ports.topology,
    discovered: createMemoryDiscoveredGraphs(),
    store: createMemoryOperationStore(),
  };
  const known = async () =>
    (await world.discovered.readGraph()).dependencies.map(
      ({ caller, callee, sources }) => `${caller}>${callee} by ${sources.join(', ')}`,
    );
  return { ...cloud, world, known };
}

const denied = (action: string) => async () => {
  throw new NotPermitted({ action });
};
const withTopology = (world: ReturnType<typeof worldOf>['world'], methods: Partial<Topology>) => ({
  ...world,
  topology: { ...world.topology, ...methods },
});

describe('refreshing the graph', () => {
  it('keeps the calls that X-Ray has seen, by names that ECS and load balancers know', async () => {
    const { world, serviceGraph, known } = worldOf();
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    serviceGraph.trace({ name: 'orders' }, { name: 'pay.internal', type: 'remote' });
    serviceGraph.trace({ name: 'web' }, { name: ADDRESS, type: 'remote' });
    expect(await refreshGraph(world)).toEqual({
      ...{ services: 5, dependencies: 3, isChanged: true, problems: [] },
    });
    expect(await known()).toEqual([
      'orders>pay by xray, ecs',
      'web>orders by xray',
      'web>pay by xray, loadBalancers',
    ]);
  });

  it('asks neither ECS nor load balancers about nothing', async () => {
    const { world } = worldOf();
    const never = () => Promise.reject(new ServiceUnavailable('asked'));
    const alone = withTopology(
      {
        ...world,
        configuration: configured({
          settings: { graph: { discover: ['xray', 'ecs', 'loadBalancers'] } },
          components: { web: {}, orders: {} },
        }),
      },
      { ecsAddresses: never, balancedAddresses: never },
    );
    expect((await refreshGraph(alone)).problems).toEqual([]);
  });

  it('asks load balancers about each target group once, in the same order each time', async () => {
    const { world } = worldOf();
    const asked: (readonly string[])[] = [];
    const group = (name: string) => GROUP.replace('/pay/', `/${name}/`);
    const components = {
      web: { targetGroup: group('z') },
      orders: { targetGroup: group('a') },
      pay: ECS_SERVICE,
    };
    const configuration = configured({
      settings: { graph: { discover: ['xray', 'ecs', 'loadBalancers'] } },
      components,
    });
    const balancedAddresses = async (groups: readonly string[]) => {
      asked.push(groups);
      return [];
    };
    await refreshGraph(withTopology({ ...world, configuration }, { balancedAddresses }));
    expect(asked).toEqual([[group('a'), GROUP, group('z')]]);
  });

  it('asks neither ECS nor load balancers if the configuration does not', async () => {
    const { world, serviceGraph, known } = worldOf({ discover: ['xray'] });
    serviceGraph.trace({ name: 'web' }, { name: 'pay' });
    const never = async () => expect.unreachable();
    await refreshGraph(withTopology(world, { ecsAddresses: never, balancedAddresses: never }));
    expect(await known()).toEqual(['web>pay by xray']);
  });

  it('does not take a call through a queue for a dependency', async () => {
    const { world, serviceGraph, known } = worldOf();
    serviceGraph.trace({ name: 'web' }, { name: 'orders' }, 'link');
    await refreshGraph(world);
    expect(await known()).toEqual([]);
  });

  it('writes nothing while it finds what is on record', async () => {
    const { world, serviceGraph } = worldOf();
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    await refreshGraph(world);
    await world.clock.advance(HOUR_MS);
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    const saveGraph = async () => expect.unreachable();
    const again = { ...world, discovered: { ...world.discovered, saveGraph } };
    expect(await refreshGraph(again)).toMatchObject({ dependencies: 1, isChanged: false });
  });

  it('never asks X-Ray for more than it answers for, and misses nothing between two runs', async () => {
    for (const refreshSeconds of [300, 5 * 3_600]) {
      const { world, serviceGraph, known } = worldOf({ discover: ['xray'], refreshSeconds });
      await refreshGraph(world);
      serviceGraph.trace({ name: 'web' }, { name: 'orders' });
      await world.clock.advance(refreshSeconds * 1_000);
      expect(await refreshGraph(world)).toMatchObject({ problems: [] });
      expect(await known()).toEqual(['web>orders by xray']);
    }
  });

  it('keeps the record as it is, however old, if X-Ray cannot be read, and notes a missing permission', async () => {
    const { world, serviceGraph, known } = worldOf();
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    await refreshGraph(world);
    await world.clock.advance(30 * 24 * HOUR_MS);
    const traced = denied('xray:GetServiceGraph');
    expect(await refreshGraph(withTopology(world, { traced }))).toMatchObject({
      ...{ dependencies: 1, isChanged: false },
      problems: [expect.stringContaining('xray:GetServiceGraph')],
    });
    expect(await known()).toEqual(['web>orders by xray']);
    expect(await world.store.listDenials()).toMatchObject([{ action: 'xray:GetServiceGraph' }]);
  });

  it('goes on with the other names if ECS or load balancers cannot be read', async () => {
    const { world, serviceGraph, known } = worldOf();
    serviceGraph.trace({ name: 'web' }, { name: 'pay.internal', type: 'remote' });
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    const balancedAddresses = async () => {
      throw new ServiceUnavailable('throttled');
    };
    const ecsAddresses = denied('ecs:DescribeServices');
    const report = await refreshGraph(withTopology(world, { ecsAddresses, balancedAddresses }));
    // Without ECS, no target group is known, and load balancers are not asked.
    expect(report.problems).toEqual([expect.stringContaining('ecs:DescribeServices')]);
    expect(await known()).toEqual(['web>orders by xray']);
  });

  it.each([0, 1])('replaces a record that cannot be decoded by what it sees: %i calls', async (calls) => {
    const { world, serviceGraph, known } = worldOf();
    if (calls > 0) serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    const readGraph = async () => {
      throw new GraphUnreadable('item pk=DISCOVERED sk=GRAPH');
    };
    const damaged = { ...world, discovered: { ...world.discovered, readGraph } };
    expect(await refreshGraph(damaged)).toMatchObject({ isChanged: true, problems: [] });
    expect(await known()).toHaveLength(calls);
    expect(await world.discovered.readGraph()).toMatchObject({ revision: 1 });
  });

  it('leaves the record to a run that wrote it meanwhile', async () => {
    const { world, serviceGraph } = worldOf();
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    const saveGraph = async () => false;
    const late = { ...world, discovered: { ...world.discovered, saveGraph } };
    expect(await refreshGraph(late)).toMatchObject({ isChanged: false, problems: [] });
  });

  it('reads nothing where the configuration discovers nothing', async () => {
    const { world } = worldOf();
    const configuration = configured();
    const traced = async () => expect.unreachable();
    expect(await refreshGraph(withTopology({ ...world, configuration }, { traced }))).toMatchObject({
      services: 0,
    });
  });

  it('finds nothing, and names why, where its record can be neither read nor written', async () => {
    const { world, serviceGraph } = worldOf();
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    const throttled = () => Promise.reject(new ServiceUnavailable('dynamodb: throttled'));
    const discovered = { ...world.discovered, readGraph: throttled };
    expect(await refreshGraph({ ...world, discovered })).toEqual({
      ...{ services: 0, dependencies: 0, isChanged: false },
      problems: ['the record: ServiceUnavailable: dynamodb: throttled'],
    });
    const unsaved = { ...world.discovered, saveGraph: throttled };
    expect(await refreshGraph({ ...world, discovered: unsaved })).toMatchObject({
      ...{ dependencies: 1, isChanged: false },
      problems: ['the record: ServiceUnavailable: dynamodb: throttled'],
    });
  });

  it('names which source could not be read', async () => {
    const { world } = worldOf();
    const throttled = () => Promise.reject(new ServiceUnavailable('throttled'));
    const of = async (methods: Partial<Topology>) =>
      (await refreshGraph(withTopology(world, methods))).problems;
    expect(await of({ traced: throttled })).toEqual(['X-Ray: ServiceUnavailable: throttled']);
    expect(await of({ ecsAddresses: throttled })).toEqual(['ECS: ServiceUnavailable: throttled']);
    expect(await of({ balancedAddresses: throttled })).toEqual([
      'load balancers: ServiceUnavailable: throttled',
    ]);
  });

  it('hides no defect', async () => {
    const { world } = worldOf();
    const traced = () => Promise.reject(new TypeError('not a function'));
    await expect(refreshGraph(withTopology(world, { traced }))).rejects.toThrow(TypeError);
  });

  it('asks X-Ray about the time since the last run and ten minutes before', async () => {
    for (const [refreshSeconds, minutes] of [
      [300, 15],
      [18_000, 310],
    ] as const) {
      const { world } = worldOf({ discover: ['xray'], refreshSeconds });
      const asked: number[] = [];
      const traced = async (fromMs: number, toMs: number) => {
        asked.push(toMs - fromMs);
        return [];
      };
      await refreshGraph(withTopology(world, { traced }));
      expect(asked).toEqual([minutes * 60_000]);
    }
  });

  it('keeps a call for as long as the configuration says after it was seen last', async () => {
    const { world, serviceGraph, known } = worldOf({ discover: ['xray'], keepSeconds: '2d' });
    serviceGraph.trace({ name: 'web' }, { name: 'orders' });
    await refreshGraph(world);
    await world.clock.advance(47 * HOUR_MS);
    await refreshGraph(world);
    expect(await known()).toEqual(['web>orders by xray']);
    await world.clock.advance(2 * HOUR_MS);
    expect(await refreshGraph(world)).toMatchObject({ dependencies: 0, isChanged: true });
  });
});
