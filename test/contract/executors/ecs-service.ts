import type { ECSClient, UpdateServiceCommandOutput } from '@aws-sdk/client-ecs';
import { createEcsServices } from '../../../functions/adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../../../functions/adapters/ecs/task-definitions.ts';
import type { ChangeEvent } from '../../../functions/core/change/change-event.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import { createServiceCluster, type ServiceChange } from '../../../local/embedded/ecs/service-cluster.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { type ExecutorUnderTest, overwritten, type ServicePlace } from './executor-under-test.ts';
import { withLateReads } from './late-reads.ts';

const TARGET = 'prod/orders';
const COMPONENT = {
  targets: { ecsService: TARGET },
  service: undefined,
  alarms: undefined,
  signals: ['memory'],
  health: { url: 'https://orders.example.com/' },
};

/** A service that runs two tasks of revision 2, and in half of the runs is shown as it was some seconds ago. */
function opened({ clock, random, newId }: ServicePlace) {
  const cluster = createServiceCluster({ clock, newId, publish: () => undefined });
  const behaviour = { startsAfterMs: random() * 60_000, staysUp: random() < 0.9 };
  cluster.register('orders', behaviour);
  cluster.create('prod', 'orders', cluster.register('orders'), 2);
  const lagMs = random() < 0.5 ? 0 : random() * 8_000;
  const operations = withLateReads(cluster.operations, ['DescribeServices'], { clock, lagMs });
  const client = createInProcessClient<ECSClient>('ECS', operations);
  const theirs = new Set<ServiceChange>();
  return {
    cluster,
    own: () => cluster.changes.filter((change) => !theirs.has(change)),
    /** Deploys something before anything is asked for. @returns the id of the deployment */
    deploy: (taskDefinition: string) => {
      const input = { cluster: 'prod', service: 'orders', taskDefinition };
      const answer = cluster.operations['UpdateService']?.(input) as UpdateServiceCommandOutput;
      for (const change of cluster.changes) theirs.add(change);
      return answer.service?.deployments?.[0]?.id ?? '';
    },
    /** Lets someone else change the service, but not where it is shown late: nothing could see that. */
    interferingBy: (change: (number: number) => object) => {
      if (lagMs > 0) return {};
      let number = 0;
      const interfere = () => {
        number += 1;
        const input = { cluster: 'prod', service: 'orders', ...change(number) };
        cluster.operations['UpdateService']?.(input);
        const last = cluster.changes.at(-1);
        if (last) theirs.add(last);
      };
      return { interfere };
    },
    ports: { services: createEcsServices(client), taskDefinitions: createTaskDefinitions(client) },
  };
}

const isUndone = (records: readonly StepRecord[]) =>
  records.some(({ stepId, outcome }) => stepId === 'rollback-0' && outcome === 'SUCCEEDED');

/** A restart has no token, and a second request would begin another deployment: its request is never made twice. */
export const ecsRestart: ExecutorUnderTest = {
  name: 'resource: restart of ecs_service',
  component: COMPONENT,
  action: { type: 'restart_service', timeoutSeconds: 600, onError: 'rollback' },
  undoubled: ['services.redeploy'],
  gap: { reads: ['services.read'], writes: ['services.redeploy'] },
  open: (place) => {
    const { cluster, ports, own, interferingBy } = opened(place);
    return {
      ports,
      effects: () => own().map(() => ({ phase: 'do', target: TARGET })),
      ...interferingBy(() => ({ taskDefinition: cluster.register('orders') })),
      contradictions: (records) => {
        const change = records.find(({ stepId }) => stepId === 'heal-0')?.change;
        return own()
          .filter(({ after }) => change?.before.includes(`"${after}"`) !== true)
          .map(({ after }) => `${after} of someone else was restarted`);
      },
    };
  },
};

export const ecsRollback: ExecutorUnderTest = {
  name: 'resource: ecs_service',
  component: COMPONENT,
  action: { type: 'rollback_deployment', timeoutSeconds: 600, onError: 'rollback' },
  undo: { type: 'rollback_deployment', params: { phase: 'undo' }, timeoutSeconds: 600 },
  open: (place) => {
    const { own, ports } = opened(place);
    return {
      ports,
      effects: () =>
        own().map(({ after }) => ({ phase: after.endsWith(':1') ? 'do' : 'undo', target: TARGET })),
      contradictions: (records) =>
        isUndone(records) && own().at(-1)?.after.endsWith(':1')
          ? ['rollback-0 succeeded, and revision 1 is deployed']
          : [],
    };
  },
};

/**
 * The deployment in progress is suspected: ECS is asked to stop it, which can meet nobody else's deployment. Someone else deploys
 * a revision of their own.
 */
export const ecsStop: ExecutorUnderTest = {
  ...ecsRollback,
  name: 'resource: deployment of ecs_service in progress',
  component: { ...COMPONENT, changes: { graceSeconds: 0 } },
  gap: { reads: ['services.read'], writes: ['services.deploy'] },
  open: (place) => {
    const { cluster, ports, own, deploy, interferingBy } = opened(place);
    const behaviour = { startsAfterMs: 7_200_000, staysUp: true };
    const suspect = deploy(cluster.register('orders', behaviour));
    // Once it is deployed again, by the undo, it comes up.
    behaviour.startsAfterMs = 30_000;
    const started: ChangeEvent = {
      ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId: suspect, resource: TARGET },
      ...{ phase: 'started', atMs: place.clock.nowMs() - 60_000, summary: 'a deployment' },
    };
    return {
      ports: {
        ...ports,
        changes: { listChanges: async () => [started], recordChange: async () => undefined },
      },
      effects: () =>
        own().map(({ after }) => ({ phase: after.endsWith(':2') ? 'do' : 'undo', target: TARGET })),
      ...interferingBy(() => ({ taskDefinition: cluster.register('orders') })),
      contradictions: (records) => [
        ...overwritten(
          records,
          own().map(({ before, after }) => ({
            before: JSON.stringify(before),
            after: JSON.stringify(after),
          })),
        ),
        ...(isUndone(records) && own().at(-1)?.after.endsWith(':2')
          ? ['rollback-0 succeeded, and revision 2 is deployed']
          : []),
      ],
    };
  },
};

/** Someone else deploys a revision of their own. */
export const ecsRevision: ExecutorUnderTest = {
  ...ecsRollback,
  name: 'resource: named revision of ecs_service',
  action: { ...ecsRollback.action, params: { revision: 1 } },
  gap: { reads: ['services.read'], writes: ['services.deploy'] },
  open: (place) => {
    const { cluster, ports, own, interferingBy } = opened(place);
    return {
      ports,
      effects: () =>
        own().map(({ after }) => ({ phase: after.endsWith(':1') ? 'do' : 'undo', target: TARGET })),
      ...interferingBy(() => ({ taskDefinition: cluster.register('orders') })),
      contradictions: (records) =>
        overwritten(
          records,
          own().map(({ before, after }) => ({
            before: JSON.stringify(before),
            after: JSON.stringify(after),
          })),
        ),
    };
  },
};

/** Someone else, or auto scaling, sets a count that nobody else would. */
export const ecsCount: ExecutorUnderTest = {
  name: 'resource: count of tasks',
  component: COMPONENT,
  action: { type: 'scale_resources', params: { to: 5 }, onError: 'rollback' },
  undo: { type: 'scale_resources', params: { phase: 'undo' } },
  gap: { reads: ['services.read'], writes: ['services.setCount'] },
  open: (place) => {
    const { ports, own, interferingBy } = opened(place);
    return {
      ports,
      effects: () => own().map(({ after }) => ({ phase: after === '5' ? 'do' : 'undo', target: TARGET })),
      ...interferingBy((number) => ({ desiredCount: 5 + number })),
      contradictions: (records) => [
        ...overwritten(records, own()),
        ...(isUndone(records) && own().at(-1)?.after === '5'
          ? ['rollback-0 succeeded, and five tasks are wanted']
          : []),
      ],
    };
  },
};

/** A revision that was registered for nothing, after a lost answer, has no effect. */
export const ecsSize: ExecutorUnderTest = {
  name: 'resource: size of tasks',
  component: COMPONENT,
  action: {
    type: 'increase_resources',
    params: { ladder: [{ memoryMiB: 512 }, { memoryMiB: 1_024 }] },
    timeoutSeconds: 600,
    onError: 'rollback',
  },
  undo: { type: 'increase_resources', params: { phase: 'undo' }, timeoutSeconds: 600 },
  open: (place) => {
    const { cluster, ports } = opened(place);
    return {
      ports,
      effects: () =>
        cluster.changes.map(({ after }) => ({
          phase: after.endsWith(':2') ? 'undo' : 'do',
          target: TARGET,
        })),
    };
  },
};
