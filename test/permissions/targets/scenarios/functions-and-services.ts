import type { UpdateServiceCommandOutput } from '@aws-sdk/client-ecs';
import type { TargetPlace } from '../target-place.ts';
import { bothWays, healed, type TargetScenario } from './target-scenario.ts';

const ALIAS = { targets: { lambdaAlias: 'orders:live' } };
const SERVICE = { targets: { ecsService: 'prod/orders' } };
/** Of what the service takes some time for. */
const SECONDS = { timeoutSeconds: 600 };
const TASK_ROLE = 'arn:aws:iam::000000000000:role/orders-task';

type Action = { readonly type: string; readonly params?: Readonly<Record<string, unknown>> };

/** @param keeps parameters that the undo has, too */
const ways = (
  [name, undoing]: readonly [string, string],
  component: object,
  action: Action,
  prepare: (place: TargetPlace) => void,
  keeps: object = {},
  seconds: object = SECONDS,
) =>
  bothWays(
    {
      name,
      plan: {
        component: { ...component },
        actions: [{ ...action, ...seconds }],
        undo: [{ type: action.type, params: { ...keeps, phase: 'undo' }, ...seconds }],
      },
      prepare,
    },
    undoing,
  );

function functions({ cloud: { versionedFunctions } }: TargetPlace): void {
  versionedFunctions.publish('orders', () => undefined);
  versionedFunctions.createAlias(
    'orders',
    'live',
    versionedFunctions.publish('orders', () => undefined),
  );
}

function provisioned(place: TargetPlace): void {
  functions(place);
  place.cloud.versionedFunctions.operations['PutProvisionedConcurrencyConfig']?.({
    ...{ FunctionName: 'orders', Qualifier: 'live', ProvisionedConcurrentExecutions: 5 },
  });
}

/** @param content of its revisions */
const services =
  (content: object = {}) =>
  ({ cloud: { serviceCluster } }: TargetPlace): void => {
    const tags = [{ key: 'team', value: 'shop' }];
    const containerDefinitions = [{ name: 'app', image: 'app', essential: true }];
    const register = () =>
      serviceCluster.register('orders', undefined, {
        ...{ cpu: '256', memory: '512', containerDefinitions, tags },
        ...content,
      });
    register();
    serviceCluster.create('prod', 'orders', register(), 2);
  };

/** A deployment of the service is in progress. @returns its id */
function deploying({ cloud: { serviceCluster } }: TargetPlace): string {
  const taskDefinition = serviceCluster.register('orders', { startsAfterMs: 3_600_000, staysUp: true });
  const input = { cluster: 'prod', service: 'orders', taskDefinition };
  const answer = serviceCluster.operations['UpdateService']?.(input) as UpdateServiceCommandOutput;
  return answer.service?.deployments?.[0]?.id ?? '';
}

/** What Lambda and ECS do to components that run on them. */
export const FUNCTIONS_AND_SERVICES: readonly TargetScenario[] = [
  ...ways(
    ['moves an alias back to the version before', 'moves an alias forward again'],
    ALIAS,
    { type: 'rollback_deployment' },
    provisioned,
  ),
  ...ways(
    ['reserves concurrency for a function', 'gives a function its reserved concurrency back'],
    ALIAS,
    { type: 'scale_resources', params: { to: 50 } },
    functions,
    {},
    {},
  ),
  ...ways(
    ['provisions concurrency for an alias', 'gives an alias its provisioned concurrency back'],
    ALIAS,
    { type: 'scale_resources', params: { concurrency: 'provisioned', to: 5 } },
    functions,
    { concurrency: 'provisioned' },
    {},
  ),
  ...ways(
    ['gives a function more memory', 'gives a function its memory back'],
    ALIAS,
    { type: 'increase_resources', params: { ladder: [{ memoryMiB: 128 }, { memoryMiB: 512 }] } },
    functions,
  ),
  ...ways(
    ['gives a function more time', 'gives a function its time-out back'],
    ALIAS,
    { type: 'adjust_timeout', params: { to: '30s' } },
    functions,
    {},
    { timeoutSeconds: 240 },
  ),
  ...ways(
    ['traces a function', 'traces a function as it did before'],
    ALIAS,
    { type: 'enable_monitoring', params: { tracing: true } },
    functions,
    {},
    { timeoutSeconds: 240 },
  ),
  {
    name: 'checks a function',
    plan: { component: ALIAS, actions: [{ type: 'health_check' }] },
    prepare: functions,
    run: async (place) => void (await healed(place)),
  },
  {
    name: 'redeploys a service',
    plan: { component: SERVICE, actions: [{ type: 'restart_service', ...SECONDS }] },
    prepare: services(),
    run: async (place) => void (await healed(place)),
  },
  ...ways(
    ['moves a service back to the revision before', 'moves a service forward again'],
    SERVICE,
    { type: 'rollback_deployment' },
    services(),
  ),
  {
    name: 'has ECS go back from a suspected deployment',
    plan: {
      component: { ...SERVICE, changes: { graceSeconds: 0 } },
      actions: [{ type: 'rollback_deployment', ...SECONDS }],
    },
    prepare: services(),
    run: async (place) => {
      const changeId = deploying(place);
      await place.cloud.changeStore.recordChange({
        ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId, resource: 'prod/orders' },
        ...{ phase: 'started', atMs: place.nowMs() - 60_000, summary: 'a deployment' },
      });
      await healed(place);
    },
  },
  ...ways(
    ['moves a service back that has a role', 'moves a service forward that has a role'],
    { ...SERVICE, taskRoles: [TASK_ROLE] },
    { type: 'rollback_deployment' },
    services({ taskRoleArn: TASK_ROLE }),
  ),
  ...ways(
    ['scales a service', 'scales a service back'],
    SERVICE,
    { type: 'scale_resources', params: { to: 5 } },
    services(),
    {},
    {},
  ),
  ...ways(
    ['gives the tasks of a service more memory', 'gives the tasks of a service their memory back'],
    SERVICE,
    { type: 'increase_resources', params: { ladder: [{ memoryMiB: 512 }, { memoryMiB: 1_024 }] } },
    services(),
  ),
  ...ways(
    ['has Container Insights collect more', 'has Container Insights collect what it did before'],
    SERVICE,
    { type: 'enable_monitoring', params: { containerInsights: 'enhanced' } },
    services(),
  ),
];
