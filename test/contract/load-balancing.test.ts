import {
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoadBalancers } from '../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import { createTargetGroups } from '../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { inService, registeredPorts } from '../../functions/core/target/registered-target.ts';
import { NotFound, RequestRefused } from '../../functions/ports/errors.ts';
import type { LoadBalancers } from '../../functions/ports/load-balancers.ts';
import type { TargetGroups } from '../../functions/ports/target-groups.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createBalancedGroups } from '../../local/embedded/elastic-load-balancing/balanced-groups.ts';
import { createEmbeddedLoadBalancers } from '../../local/embedded/elastic-load-balancing/load-balancers.ts';
import { createInProcessClient } from '../../local/embedded/in-process-client.ts';
import { startMiniStack } from '../../local/ministack/server.ts';
import { startMoto } from '../../local/moto/server.ts';
import { NOON } from '../factories/operations/admissions.ts';
import { node, recordingRunbooks } from '../factories/ports/recording-runbooks.ts';
import { requirement } from '../factories/requirements.ts';
import { ifThorough } from '../thoroughness.ts';
import { type RecordedClient, recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';
import { runContract } from './executors/contract-run.ts';
import type { Effect } from './executors/executor-under-test.ts';
import { drain } from './executors/target-group.ts';

const PORT = 8080;
const OTHER_PORT = 8443;
const IDLE_SECONDS = 60;

/** A place with a load balancer, an empty target group, and two instances. */
interface Place {
  readonly client: ElasticLoadBalancingV2Client;
  /** ARNs. */
  readonly targetGroup: string;
  readonly balancer: string;
  readonly instances: readonly string[];
  /** Lets some time pass, in which targets are checked and connections end. */
  readonly pass: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const EMBEDDED = {
  name: 'the embedded cloud',
  isAvailable: true,
  // The rows are those of local/moto/DIFFERENCES.md and of local/ministack/DIFFERENCES.md.
  takesTime: true, // moto: ELB-1, MiniStack: ELB-1
  hasPorts: true, // moto: ELB-2, MiniStack: ELB-2
  forgivesRepetition: true, // moto: ELB-3
  keepsBounds: true, // moto: ELB-4, MiniStack: ELB-3
  hasIdleTimeout: true, // moto: ELB-5
  open: async (): Promise<Place> => {
    const clock = createVirtualClock(NOON);
    const groups = createBalancedGroups({ clock });
    const balancers = createEmbeddedLoadBalancers();
    const arn = (what: string) => `arn:aws:elasticloadbalancing:us-east-1:111122223333:${what}`;
    const targetGroup = arn('targetgroup/web/0123456789abcdef');
    const balancer = arn('loadbalancer/app/web/0123456789abcdef');
    groups.create(targetGroup, PORT);
    balancers.create(balancer, IDLE_SECONDS);
    const operations = { ...groups.operations, ...balancers.operations };
    return {
      client: createInProcessClient<ElasticLoadBalancingV2Client>('ElasticLoadBalancing', operations),
      targetGroup,
      balancer,
      instances: ['i-0000000000000000a', 'i-0000000000000000b'],
      pass: async () => await clock.advance(10_000),
      close: async () => undefined,
    };
  },
};

/** What is the same over the APIs of an emulator. */
async function overApi(aws: ReturnType<typeof localEndpoint>, stop: () => Promise<void>): Promise<Place> {
  const settings = { ...aws, maxAttempts: 1 };
  const client = new ElasticLoadBalancingV2Client(settings);
  const ec2 = new EC2Client(settings);
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({}));
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: Images[0]?.ImageId, MinCount: 2, MaxCount: 2 }),
  );
  ec2.destroy();
  const { LoadBalancers: balancers = [] } = await client.send(
    new CreateLoadBalancerCommand({
      Name: 'web',
      Subnets: Subnets.slice(0, 2).map(({ SubnetId = '' }) => SubnetId),
    }),
  );
  const { TargetGroups: groups = [] } = await client.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: PORT, VpcId: Subnets[0]?.VpcId }),
  );
  return {
    client,
    targetGroup: groups[0]?.TargetGroupArn ?? '',
    balancer: balancers[0]?.LoadBalancerArn ?? '',
    instances: Instances.map(({ InstanceId = '' }) => InstanceId),
    pass: async () => undefined,
    close: stop,
  };
}

const EMULATED = {
  ...EMBEDDED,
  isAvailable: requirement('python'),
  takesTime: false,
  hasPorts: false,
  keepsBounds: false,
};

const MOTO = {
  ...EMULATED,
  name: 'moto',
  forgivesRepetition: false,
  hasIdleTimeout: false,
  open: async (): Promise<Place> => {
    const moto = await startMoto();
    return await overApi(localEndpoint(moto.endpoint, moto.region), moto.stop);
  },
};

const MINISTACK = {
  ...EMULATED,
  name: 'MiniStack',
  open: async (): Promise<Place> => {
    const cloud = await startMiniStack();
    return await overApi(localEndpoint(cloud.endpoint, cloud.region), cloud.stop);
  },
};

describe.each([EMBEDDED, MOTO, ...ifThorough(MINISTACK)])('load balancing on $name', (there) => {
  describe.skipIf(!there.isAvailable)('', () => {
    let place: Place;
    let recorded: RecordedClient<ElasticLoadBalancingV2Client>;
    let groups: TargetGroups;
    let balancers: LoadBalancers;
    beforeAll(async () => {
      place = await there.open();
      recorded = recordClient(place.client, await serviceModel('elbv2', '2015-12-01'));
      groups = createTargetGroups(recorded.client);
      balancers = createLoadBalancers(recorded.client);
    });
    afterAll(async () => await place?.close());

    const read = async () => await groups.read(place.targetGroup);
    const portsOf = async (id: string) => registeredPorts(await read(), id);
    /** Returns once they are healthy. */
    const register = async (...ids: readonly string[]) => {
      for (const id of ids) await groups.register(place.targetGroup, id, [PORT]);
      const serve = (serving: ReadonlySet<string>) => ids.every((id) => serving.has(id));
      while (!serve(inService(await read()))) await place.pass();
    };
    const gone = async (id: string) => {
      while ((await read()).some((target) => target.id === id)) await place.pass();
    };

    it('sends requests to instances that are registered, once they are healthy', async () => {
      const [one = ''] = place.instances;
      expect(await read()).toEqual([]);
      await groups.register(place.targetGroup, one, [PORT]);
      if (there.takesTime)
        expect(await read()).toEqual([
          { id: one, port: PORT, state: 'initial', reason: 'Elb.InitialHealthChecking' },
        ]);
      expect(await portsOf(one)).toBe(String(PORT));
      await register(...place.instances);
      const listed = [...(await read())].sort((some, other) => some.id.localeCompare(other.id));
      const ids = [...place.instances].sort();
      expect(listed).toEqual(ids.map((id) => ({ id, port: PORT, state: 'healthy' })));
    });

    it('does nothing to an instance that is registered again', async () => {
      const before = await read();
      await register(...place.instances);
      expect(await read()).toEqual(before);
    });

    it('ends the connections of an instance that is deregistered, and then lists it no longer', async () => {
      const [one = '', other = ''] = place.instances;
      await groups.deregister(place.targetGroup, one, [PORT]);
      expect(await portsOf(one)).toBe('');
      expect([...inService(await read())]).toEqual([other]);
      if (there.takesTime)
        expect((await read()).find(({ id }) => id === one)).toMatchObject({
          state: 'draining',
          reason: 'Target.DeregistrationInProgress',
        });
      await gone(one);
      expect(await read()).toHaveLength(1);
    });

    it.runIf(there.forgivesRepetition)('accepts that an instance is deregistered again', async () => {
      const [one = ''] = place.instances;
      await groups.deregister(place.targetGroup, one, [PORT]);
      expect(await portsOf(one)).toBe('');
    });

    it.runIf(there.hasPorts)('lists an instance on each of its ports', async () => {
      const [one = ''] = place.instances;
      await groups.register(place.targetGroup, one, [OTHER_PORT, PORT]);
      expect(await portsOf(one)).toBe(`${PORT},${OTHER_PORT}`);
      await groups.deregister(place.targetGroup, one, [OTHER_PORT]);
      expect(await portsOf(one)).toBe(String(PORT));
    });

    it('drains instances for the executor, and puts them back, once', async () => {
      await register(...place.instances);
      const effects: Effect[] = [];
      // Any group: one of MiniStack has an id that AWS would not give (ELB-4).
      const inPlace: TargetGroups = {
        read: async () => {
          await place.pass();
          return await read();
        },
        register: async (_, id, ports) => {
          effects.push({ phase: 'undo', target: id });
          await groups.register(place.targetGroup, id, ports);
        },
        deregister: async (_, id, ports) => {
          effects.push({ phase: 'do', target: id });
          await groups.deregister(place.targetGroup, id, ports);
        },
      };
      const runbooks = recordingRunbooks();
      runbooks.nodes = place.instances.map((id) => node(id));
      const under = {
        ...drain,
        component: { ...drain.component, targets: { instanceIds: place.instances } },
        open: () => ({ ports: { runbooks, targetGroups: inPlace }, effects: () => effects }),
      };
      const run = await runContract(under, 3, () => undefined, true);
      expect(run.violations).toEqual([]);
      expect(run.records.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      const each = (phase: Effect['phase']) => place.instances.map((target) => ({ phase, target }));
      expect(effects).toEqual(expect.arrayContaining([...each('do'), ...each('undo')]));
      expect(effects).toHaveLength(2 * place.instances.length);
      await register(...place.instances);
    });

    it('has an idle time-out that is set as a whole', async () => {
      if (there.hasIdleTimeout) expect(await balancers.idleTimeout(place.balancer)).toBe(IDLE_SECONDS);
      for (const seconds of [120, 120, IDLE_SECONDS]) {
        await balancers.setIdleTimeout(place.balancer, seconds);
        expect(await balancers.idleTimeout(place.balancer)).toBe(seconds);
      }
    });

    it.runIf(there.keepsBounds)('refuses an idle time-out of more than 4,000 seconds', async () => {
      await expect(balancers.setIdleTimeout(place.balancer, 4_001)).rejects.toThrow(RequestRefused);
      expect(await balancers.idleTimeout(place.balancer)).toBe(IDLE_SECONDS);
    });

    it('ends in NotFound where there is none', async () => {
      const [one = ''] = place.instances;
      const missing = (arn: string) => arn.replace(/.{16}$/, '0000000000000000');
      await expect(groups.read(missing(place.targetGroup))).rejects.toThrow(NotFound);
      await expect(groups.register(missing(place.targetGroup), one, [PORT])).rejects.toThrow(NotFound);
      await expect(groups.deregister(missing(place.targetGroup), one, [PORT])).rejects.toThrow(NotFound);
      await expect(balancers.idleTimeout(missing(place.balancer))).rejects.toThrow(NotFound);
      await expect(balancers.setIdleTimeout(missing(place.balancer), 60)).rejects.toThrow(NotFound);
    });

    it('satisfies AWS’s model of the API in requests and answers', () => {
      expect([...recorded.operations].sort()).toEqual([
        'DeregisterTargets',
        'DescribeLoadBalancerAttributes',
        'DescribeTargetHealth',
        'ModifyLoadBalancerAttributes',
        'RegisterTargets',
      ]);
      expect(recorded.faults).toEqual({ requests: [], answers: [] });
    });
  });
});
