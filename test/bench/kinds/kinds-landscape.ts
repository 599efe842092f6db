import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import type { TargetServices } from '../../../local/embedded/target-services.ts';
import type { ManagedNode } from '../../../local/ssm/host-runner.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a component of one kind runs on, and what heals it. */
interface Kind {
  readonly targets: Json;
  readonly more?: Json;
  readonly actions: readonly Json[];
}

/** The function of the user's that heals what is of no other kind. */
export const USER_FUNCTION = 'queue-healer';

const GROUP = 'web';
export const [HOST, DEAD_INSTANCE, OTHER_INSTANCE] = ['a', 'b', 'c'].map(
  (end) => `i-0000000000000000${end}`,
) as [string, string, string];

/** A usual repair for each kind, of up to three actions. */
const KINDS = {
  host: {
    targets: { instanceIds: [HOST] },
    more: { service: 'proxy.service', tempPaths: ['/var/cache/proxy'] },
    actions: [
      { type: 'graceful_stop', onError: 'rollback' },
      { type: 'clear_temp_files', onError: 'continue' },
      { type: 'start_component', onError: 'rollback' },
    ],
  },
  'auto-scaling-group': {
    targets: { autoScalingGroup: GROUP },
    more: { service: 'web.service' },
    actions: [{ type: 'replace_instance', timeoutSeconds: '10m' }],
  },
  'ecs-service': {
    targets: { ecsService: 'prod/orders' },
    actions: [
      { type: 'rollback_deployment', timeoutSeconds: '5m' },
      { type: 'scale_resources', params: { add: 1, atMost: 10 } },
      { type: 'health_check' },
    ],
  },
  'lambda-alias': {
    targets: { lambdaAlias: 'payments:live' },
    actions: [
      { type: 'rollback_deployment' },
      { type: 'scale_resources', params: { to: 50 } },
      { type: 'health_check' },
    ],
  },
  'db-instance': {
    targets: { dbInstance: 'ledger' },
    actions: [
      { type: 'snapshot_database', params: { keep: false }, timeoutSeconds: '10m' },
      { type: 'restart_service', timeoutSeconds: '10m', onError: 'abort' },
      { type: 'health_check' },
    ],
  },
  'db-cluster': {
    targets: { dbCluster: 'catalog' },
    actions: [
      { type: 'snapshot_database', params: { keep: false }, timeoutSeconds: '10m' },
      { type: 'failover', timeoutSeconds: '10m' },
      { type: 'health_check' },
    ],
  },
  custom: {
    targets: { custom: 'orders-queue' },
    actions: [{ type: 'invoke_function', params: { function: USER_FUNCTION } }],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

/** One component of each kind, with its name: an alarm, a health endpoint and a strategy of its own. */
export function kindsConfiguration() {
  const components = Object.entries<Kind>(KINDS).map(([name, { targets, more }]) => [
    name,
    {
      ...{ targets, ...more, signals: ['error_rate'] },
      health: { url: `https://${name}.example.com/health` },
      alarms: {
        errors: {
          ...{ metric: 'error_rate', namespace: 'Bench', metricName: 'Errors', threshold: 5 },
          ...('autoScalingGroup' in targets ? { perInstance: true } : { dimensions: {} }),
        },
      },
    },
  ]);
  const strategies = Object.entries<Kind>(KINDS).map(([name, { actions }]) => ({
    ...{ id: `heal-${name}`, components: [name], trigger: { metrics: ['error_rate'] }, actions },
    verify: { timeoutSeconds: '60s', stableSeconds: '10s' },
  }));
  const document = {
    settings: { repairTimeoutSeconds: '30m' },
    ...{ components: Object.fromEntries(components), strategies },
  };
  const loaded = loadConfiguration(JSON.stringify(document), 'kinds.yaml');
  if (!loaded.ok)
    throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return loaded.compiled;
}

/** A managed node; those but `HOST` are of the group. */
export function nodeOf(instanceId: string): ManagedNode {
  return {
    instanceId,
    tags: {
      'selfheal:managed': 'true',
      ...(instanceId !== HOST && { 'aws:autoscaling:groupName': GROUP }),
    },
    ...{ platformType: 'Linux', computerName: instanceId, ipAddress: '10.0.0.1' },
  };
}

/** Creates what the components run on, each with something to go back to or move to. */
export function createTargets({
  scalingGroups,
  serviceCluster,
  versionedFunctions,
  databaseFleet,
}: TargetServices): void {
  scalingGroups.create(GROUP, {
    ...{ desired: 2, minimum: 1, maximum: 3 },
    instances: [DEAD_INSTANCE, OTHER_INSTANCE],
  });
  serviceCluster.register('orders');
  serviceCluster.create('prod', 'orders', serviceCluster.register('orders'), 2);
  versionedFunctions.publish('payments', () => 'good');
  versionedFunctions.createAlias(
    'payments',
    'live',
    versionedFunctions.publish('payments', () => 'bad'),
  );
  databaseFleet.createInstance('ledger', { standbyZone: 'us-east-1b' });
  databaseFleet.createCluster('catalog', ['catalog-1', 'catalog-2']);
}
