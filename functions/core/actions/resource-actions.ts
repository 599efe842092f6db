import * as z from 'zod/mini';
import type { ActionParams, ResourceAction } from './action-definition.ts';
import { DELIVERIES, type Delivery } from './deliveries.ts';
import { changesBack, phase } from './phase.ts';
import { startComponent, verifyHealth } from './service-actions.ts';
import { unfitRollback } from './unfit-params.ts';
import { RELEASE } from './value-rules.ts';

/** The function that carries out what is over at once has a minute. */
const MAXIMUM_SECONDS = 45;

/** How long a service on a host must stay healthy, and how long it may take to become so. */
const HEALTHY_FOR_SECONDS = 5;
const HEALTHY_WITHIN_SECONDS = 15;

const DEPLOYMENT_SECONDS = 600;
/** Until new tasks run and old ones are drained. */
const usualSeconds = { ecs_service: 120 };
/** Until a database has come up and recovered. */
const DATABASE_SECONDS = 120;

const REBOOT_CALLS = ['rds:DescribeDBInstances', 'rds:RebootDBInstance'];
/** RDS shows the zone of an instance late: whether the standby has taken over is known by events. */
const STANDBY_CALLS = [...REBOOT_CALLS, 'rds:DescribeEvents'];
const RESTART_CALLS: ResourceAction['calls'] = {
  ecs_service: ['ecs:DescribeServices', 'ecs:UpdateService'],
  db_instance: REBOOT_CALLS,
};

/** Replaces what runs by the same again. */
export const restartService: ResourceAction = {
  executor: 'resource',
  type: 'restart_service',
  targetKinds: ['host', 'ecs_service', 'db_instance'],
  summary:
    'Replace all tasks with new ones of the same task definition, as the service’s deployment settings say, reboot the database instance, or restart the service on the hosts.',
  params: z.strictObject({
    failover: z
      ._default(z.boolean(), false)
      .check(
        z.describe(
          '`true`: on a Multi-AZ database instance, the standby takes over during the reboot. Ignored elsewhere.',
        ),
      ),
  }),
  needs: [],
  effect: () => 'restarts',
  defaultTimeoutSeconds: DEPLOYMENT_SECONDS,
  calls: RESTART_CALLS,
  callsWith: (kind, { failover }) =>
    kind === 'db_instance' && failover === true ? STANDBY_CALLS : (RESTART_CALLS[kind] ?? []),
  usualSeconds: { ...usualSeconds, db_instance: DATABASE_SECONDS },
  onHosts: {
    document: startComponent.document,
    needs: startComponent.needs,
    parameters: (component) =>
      startComponent.parameters(component, startComponent.params.parse({ mode: 'restart' })),
  },
};

/** By the values of `by`. */
const DELIVERED: Readonly<Record<string, Delivery>> = { code_deploy: 'codeDeploy', app_config: 'appConfig' };
const deliveredBy = ({ by }: ActionParams) => DELIVERED[String(by)];
const ROLLBACK_CALLS: ResourceAction['calls'] = {
  lambda_alias: [
    'lambda:GetAlias',
    'lambda:GetProvisionedConcurrencyConfig',
    'lambda:GetFunctionConfiguration',
    'lambda:ListVersionsByFunction',
    'lambda:UpdateAlias',
  ],
  ecs_service: [
    'ecs:DescribeServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeServices',
    'ecs:DescribeTaskDefinition',
    'ecs:ListServiceDeployments',
    'ecs:ListTaskDefinitions',
    'ecs:StopServiceDeployment',
    'ecs:UpdateService',
  ],
};

/** Sends requests back to the version that served them before. */
export const rollbackDeployment: ResourceAction = {
  executor: 'resource',
  type: 'rollback_deployment',
  targetKinds: ['lambda_alias', 'ecs_service', 'host', 'custom'],
  summary:
    'Go back to the last version: point the alias to the one published before, deploy the task definition before, or point the link on the hosts to the release before and restart the service; or have CodeDeploy or AppConfig go back from their last deployment.',
  params: z.strictObject({
    by: z
      ._default(z.enum(['target', 'code_deploy', 'app_config']), 'target')
      .check(
        z.describe(
          '`target`: what the target itself runs. `code_deploy`: CodeDeploy stops the deployment in progress that is suspected and goes back from it, or deploys the last revision before that it had deployed successfully; on an alias, it shifts the requests back to the version before. `app_config`: AppConfig reverts the last deployment of the configuration, or deploys the version before again.',
        ),
      ),
    version: z
      .optional(z.string().check(z.regex(/^[1-9]\d{0,9}$/, { error: 'the number of a published version' })))
      .check(
        z.describe(
          'The version to go back to. Default: the older one while requests are shared between two; otherwise the newest published one before the current.',
        ),
      ),
    revision: z
      .optional(z.int().check(z.minimum(1)))
      .check(
        z.describe(
          'The revision of the task definition to go back to. Default: the one that a deployment in progress replaces; otherwise the newest active one before the current.',
        ),
      ),
    release: z
      .optional(
        z.string().check(z.regex(new RegExp(`^${RELEASE}$`), { error: 'the name of a release’s directory' })),
      )
      .check(
        z.describe(
          'On hosts, the release to go back to. Default: the one whose directory was changed last before the current one’s.',
        ),
      ),
    phase,
  }),
  needs: [],
  effect: (params) => (deliveredBy(params) === 'appConfig' ? 'changes-files' : 'restarts'),
  rollsChangeBack: (params) => {
    const delivery = deliveredBy(params);
    return delivery === undefined ? 'deployment' : DELIVERIES[delivery].kind;
  },
  deliveredBy,
  defaultTimeoutSeconds: 30,
  calls: ROLLBACK_CALLS,
  callsWith: (kind, params) => {
    const delivery = deliveredBy(params);
    if (delivery === undefined) return ROLLBACK_CALLS[kind] ?? [];
    const { calls } = DELIVERIES[delivery];
    return delivery === 'codeDeploy' && kind === 'lambda_alias' ? [...calls, 'lambda:GetAlias'] : calls;
  },
  unfitParams: unfitRollback,
  onHosts: {
    document: 'selfheal-rollback-deployment',
    needs: ['service', 'release'],
    parameters: (component, params) => ({
      service: String(component.service),
      releaseLink: String(component.release?.link),
      releasesDirectory: String(component.release?.directory),
      release: String(params['release'] ?? ''),
      phase: String(params['phase']),
    }),
  },
  usualSeconds: { ...usualSeconds, host: 30 },
  ...changesBack('rollback_deployment'),
  undoParams: ({ phase, by }) => (phase === 'do' ? { by, phase: 'undo' } : undefined),
  undoes: (params, done) =>
    params['phase'] === 'undo' && done['phase'] === 'do' && params['by'] === done['by'],
};

const RESERVED = [
  'lambda:DeleteFunctionConcurrency',
  'lambda:GetFunctionConcurrency',
  'lambda:PutFunctionConcurrency',
];
const PROVISIONED = [
  'lambda:DeleteProvisionedConcurrencyConfig',
  'lambda:GetProvisionedConcurrencyConfig',
  'lambda:PutProvisionedConcurrencyConfig',
];
const SCALING_CALLS: ResourceAction['calls'] = {
  host: ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:SetDesiredCapacity'],
  lambda_alias: [...RESERVED, ...PROVISIONED],
  ecs_service: ['ecs:DescribeServices', 'ecs:UpdateService'],
};

const MOST = 100_000;
const count = z.int().check(z.minimum(1), z.maximum(MOST));

/** Sets how much of something a target has: an absolute count, so that a repetition changes nothing. */
export const scaleResources: ResourceAction = {
  executor: 'resource',
  type: 'scale_resources',
  targetKinds: ['host', 'lambda_alias', 'ecs_service'],
  inScalingGroup: 'group',
  summary:
    'Set the concurrency reserved for the function or provisioned for its alias, the number of the service’s tasks, or the size of the Auto Scaling group.',
  params: z
    .strictObject({
      to: z.optional(count).check(z.describe('The count to set.')),
      add: z
        .optional(z.int().check(z.minimum(-MOST), z.maximum(MOST)))
        .check(
          z.describe(
            'How many to add to the current count, or to remove if negative; needs `atMost`, or `atLeast`.',
          ),
        ),
      atLeast: z._default(count, 1).check(z.describe('With `add`: never fewer than this.')),
      atMost: z.optional(count).check(z.describe('With `add`: never more than this.')),
      concurrency: z
        ._default(z.enum(['reserved', 'provisioned']), 'reserved')
        .check(
          z.describe(
            'On a function: `reserved` limits how many requests it serves at a time, and keeps as many free for it; `provisioned` keeps as many execution environments of the alias ready.',
          ),
        ),
      phase,
    })
    .check(
      z.refine(({ to, add, phase }) => phase === 'undo' || (to === undefined) !== (add === undefined), {
        error: 'one of `to` and `add`',
      }),
      z.refine(({ add = 0, atMost }) => add <= 0 || atMost !== undefined, {
        error: '`atMost` beside `add`: a repair that is repeated must not scale without end',
      }),
      z.refine(({ atLeast, atMost = MOST }) => atLeast <= atMost, {
        error: 'an `atLeast` that is not above `atMost`',
      }),
    ),
  needs: [],
  effect: () => 'starts',
  defaultTimeoutSeconds: 30,
  maximumTimeoutSeconds: MAXIMUM_SECONDS,
  calls: SCALING_CALLS,
  callsWith: (kind, { concurrency }) => {
    if (kind !== 'lambda_alias') return SCALING_CALLS[kind] ?? [];
    return concurrency === 'provisioned' ? PROVISIONED : RESERVED;
  },
  ...changesBack('scale_resources'),
  undoParams: ({ phase, concurrency }) => (phase === 'do' ? { concurrency, phase: 'undo' } : undefined),
};

/** Makes a standby or a reader take over; its undo makes the one before take over again. */
export const failover: ResourceAction = {
  executor: 'resource',
  type: 'failover',
  targetKinds: ['db_cluster', 'db_instance'],
  summary:
    'Make a reader of the cluster the writer, or have the standby of a Multi-AZ instance take over, and wait until it serves.',
  params: z.strictObject({
    to: z
      .optional(
        z.string().check(
          z.regex(/^[a-z](-?[a-z0-9]){0,62}$/, {
            error: 'the identifier of an instance in the cluster: `orders-2`',
          }),
        ),
      )
      .check(
        z.describe(
          'On a cluster, the member that becomes the writer. Default: the reader of the lowest promotion tier, of several the first by name, where Aurora itself would take the largest; on a Multi-AZ cluster of MySQL, RDS itself chooses, and accepts no other.',
        ),
      ),
    phase,
  }),
  needs: [],
  effect: () => 'restarts',
  defaultTimeoutSeconds: DEPLOYMENT_SECONDS,
  calls: {
    // On a Multi-AZ cluster of MySQL, RDS chooses the writer: its events tell of that.
    db_cluster: ['rds:DescribeDBClusters', 'rds:DescribeEvents', 'rds:FailoverDBCluster'],
    db_instance: STANDBY_CALLS,
  },
  usualSeconds: { db_cluster: 60, db_instance: DATABASE_SECONDS },
  ...changesBack('failover'),
};

/** Looks whether AWS, or the host, considers the target able to serve; changes nothing. */
export const healthCheck: ResourceAction = {
  executor: 'resource',
  type: 'health_check',
  targetKinds: ['host', 'lambda_alias', 'ecs_service', 'db_instance', 'db_cluster'],
  summary:
    'Check that the target is able to serve: AWS calls its version active, all its tasks running, or the database available; or the service on the host runs and answers.',
  params: z.strictObject({}),
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 30,
  maximumTimeoutSeconds: MAXIMUM_SECONDS,
  calls: {
    lambda_alias: ['lambda:GetFunctionConfiguration'],
    ecs_service: ['ecs:DescribeServices'],
    db_instance: ['rds:DescribeDBInstances'],
    db_cluster: ['rds:DescribeDBClusters'],
  },
  usualSeconds: { host: HEALTHY_WITHIN_SECONDS + HEALTHY_FOR_SECONDS },
  onHosts: {
    document: verifyHealth.document,
    needs: verifyHealth.needs,
    parameters: (component) =>
      verifyHealth.parameters(component, {
        stableSeconds: HEALTHY_FOR_SECONDS,
        timeoutSeconds: HEALTHY_WITHIN_SECONDS,
      }),
  },
};
