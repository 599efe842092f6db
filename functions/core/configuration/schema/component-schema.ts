import * as z from 'zod';
import { protectionOf } from '../../actions/protected-directories.ts';
import { HTTP_URL, PATHS_AT_MOST, ROLE_ARN } from '../../actions/value-rules.ts';
import { customTarget } from '../custom-target.ts';
import { absolutePath, systemdUnit, tagText } from '../declared-names.ts';
import { durationSeconds } from '../duration.ts';
import { httpUrl } from '../http-url.ts';
import { logGroup } from '../log-group.ts';
import { MODES } from '../modes.ts';
import { componentName, instanceId, isWithoutRepetition, metricName, NO_REPETITION } from '../names.ts';
import {
  appConfiguration,
  applicationLoadBalancer,
  autoScalingGroup,
  dbIdentifier,
  deploymentGroup,
  ecsService,
  lambdaAlias,
  targetGroup,
} from '../target-names.ts';
import { alarm } from './alarm-schema.ts';
import { anomaly } from './anomaly-schema.ts';
import { certificate } from './certificate-schema.ts';
import { changes } from './changes-schema.ts';
import { database } from './database-schema.ts';
import { dependencyFields } from './dependency-fields.ts';
import { monitor } from './monitor-schema.ts';
import { profile } from './profile-schema.ts';
import { release } from './release-schema.ts';
import { rules } from './rules-schema.ts';
import { traffic } from './traffic-schema.ts';

export const targets = z.union(
  [
    z.strictObject({
      instanceIds: z
        .array(instanceId)
        .min(1)
        .max(1_000)
        .refine(isWithoutRepetition, NO_REPETITION)
        .describe('Instance ids, or ids of managed nodes.'),
    }),
    z.strictObject({
      tags: z
        .record(tagText(128), tagText(256))
        .refine((tags) => Object.keys(tags).length > 0, {
          error: 'at least one tag: an empty selector selects nothing',
          params: { code: 'empty-selector' },
        })
        .describe('Managed nodes that carry all of these tags.'),
    }),
    z.strictObject({
      autoScalingGroup: autoScalingGroup.check(
        z.describe('The managed nodes that this Auto Scaling group launched.'),
      ),
    }),
    z.strictObject({
      lambdaAlias: lambdaAlias.check(
        z.describe('A Lambda function, by the alias that its callers use: `function:alias`.'),
      ),
    }),
    z.strictObject({
      ecsService: ecsService.check(z.describe('An ECS service: `cluster/service`.')),
    }),
    z.strictObject({
      dbInstance: dbIdentifier.check(
        z.describe('An instance of RDS or Aurora, by its identifier, such as `orders-db`.'),
      ),
    }),
    z.strictObject({
      dbCluster: dbIdentifier.check(
        z.describe('A cluster of Aurora, or a Multi-AZ cluster of RDS, by its identifier.'),
      ),
    }),
    z.strictObject({
      custom: customTarget.check(
        z.describe(
          'Something of no other kind, which only `invoke_function` or `run_automation` reaches, named as your function or automation knows it: an ARN, a queue, a cluster.',
        ),
      ),
    }),
  ],
  {
    error:
      'one of `instanceIds: [i-…]`, `tags: {key: value}`, `autoScalingGroup: name`, `lambdaAlias: function:alias`, `ecsService: cluster/service`, `dbInstance: identifier`, `dbCluster: identifier` and `custom: name`',
  },
);

/** Each is searched twice at the same time, and all share what may be scanned. */
const LOG_GROUPS_AT_MOST = 5;

const hostUrl = httpUrl.check(
  z.regex(new RegExp(`^${HTTP_URL}$`), {
    error: 'an http:// or https:// address with a host name or an IPv4 address',
  }),
);

const health = z.strictObject({
  url: httpUrl.check(
    z.describe('Checked from outside the host, by a Lambda function. Status 200 means healthy.'),
  ),
  hostUrl: z.optional(hostUrl).describe('Checked on the host itself, by `verify_health`.'),
  timeoutSeconds: z._default(durationSeconds({ min: 1, max: 30 }), 5).describe('Time limit of one request.'),
});

const temporaryDirectory = absolutePath.check(
  z.refine((path) => protectionOf(path) === undefined, {
    error: ({ input }) =>
      `a directory of temporary files, such as /var/tmp/app: ${String(input)} ${protectionOf(String(input))}`,
    params: { code: 'protected-directory' },
  }),
);

/** Something that can be healed. */
export const component = z.strictObject({
  group: z.optional(componentName).describe('The group whose budget the component shares.'),
  targets: targets.describe('Where the component runs. Each host must also carry `settings.managedTag`.'),
  service: z
    .optional(systemdUnit)
    .describe('The systemd unit, or the init script: `nginx.service` stands for `/etc/init.d/nginx`.'),
  serviceManager: z
    .enum(['systemd', 'sysv'])
    .default('systemd')
    .describe(
      '`sysv`: init scripts in `/etc/init.d`, including OpenRC’s; actions that need systemd are refused.',
    ),
  health: health.optional().describe('The health endpoint.'),
  configPaths: z
    .array(absolutePath)
    .max(PATHS_AT_MOST)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe('The files that `freeze_config` saves and `rollback_config` restores.'),
  tempPaths: z
    .array(temporaryDirectory)
    .max(PATHS_AT_MOST)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe('The directories that `clear_temp_files` may empty.'),
  database: database.optional().describe('A database on the hosts, for the actions on databases.'),
  certificate: certificate
    .optional()
    .describe('A certificate that the service presents, for `regenerate_certs`.'),
  release: release
    .optional()
    .describe('The link to the release that the service runs, for `rollback_deployment` on hosts.'),
  codeDeploy: z
    .optional(deploymentGroup)
    .describe(
      'The CodeDeploy deployment group that brings releases to the hosts, the alias or the ECS service, for `rollback_deployment` with `by: code_deploy`: `application/deployment-group`. If `changes` are watched, so are its deployments.',
    ),
  appConfig: z
    .optional(appConfiguration)
    .describe(
      'The configuration that the component gets from AppConfig, for `rollback_deployment` with `by: app_config`: the ids `application/environment/profile`. If `changes` are watched, so are its deployments.',
    ),
  rules: rules
    .optional()
    .describe('Rule files that the service loads, for `disable_rules`, `revert_rules` and `reload_engine`.'),
  targetGroup: z
    .optional(targetGroup)
    .describe(
      'The ARN of the load balancer’s target group in which the hosts are registered. A repair that takes hosts down drains each batch first, and puts it back when it is healthy; only targets that the load balancer calls healthy count for `minHealthyTargets`. Default: nothing is drained.',
    ),
  loadBalancer: z
    .optional(applicationLoadBalancer)
    .describe(
      'The ARN of the Application Load Balancer that sends requests to the hosts or the ECS service, for `adjust_timeout`.',
    ),
  taskRoles: z
    .array(
      z.string().check(
        z.regex(ROLE_ARN, {
          error: 'the ARN of a role, such as arn:aws:iam::123456789012:role/orders-task',
        }),
      ),
    )
    .min(1)
    .max(10)
    .refine(isWithoutRepetition, NO_REPETITION)
    .optional()
    .describe(
      'The task role and the execution role of an ECS service. To deploy an earlier revision, `rollback_deployment` needs `iam:PassRole` on the roles of that revision. Default: none; AWS then refuses a revision that has roles, as every revision on Fargate with private images or logs has.',
    ),
  alarms: z.record(componentName, alarm).default({}).describe('CloudWatch alarms to create or to adopt.'),
  anomalies: z
    .record(metricName, anomaly)
    .default({})
    .describe('Metrics whose unusual values are signals, without a threshold.'),
  monitors: z
    .record(metricName, monitor)
    .default({})
    .describe('Values from sources of your own, watched like `anomalies`.'),
  profile: profile
    .optional()
    .describe('Keeps a profile of the service on its hosts, and watches it for leaks.'),
  signals: z
    .array(metricName)
    .max(50)
    .default([])
    .describe('Metrics that `Selfheal Signal` events from other monitors report for the component.'),
  maxConcurrentTargets: z
    .int()
    .min(1)
    .max(50)
    .default(1)
    .describe(
      'Batch size: how many targets are repaired at a time. Each batch is checked before the next one begins.',
    ),
  minHealthyTargets: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe(
      'How many other targets must be healthy before a batch that may still be serving is taken down. Default: 1 if there are several targets. Targets found unhealthy may always be repaired.',
    ),
  ...dependencyFields,
  traffic: traffic
    .optional()
    .describe(
      'Metrics of the requests that the component answers. Diagnosis compares them with those of what it depends on, to find out which is at fault.',
    ),
  changes: changes
    .optional()
    .describe(
      'Watches deployments and other changes of the component: those of its ECS service, Lambda alias, Auto Scaling group or database of RDS, those listed here, and every `Selfheal Change` event that names it. Nothing is healed while one is in progress. `{}` is enough. Default: changes are not watched.',
    ),
  logs: z
    .array(logGroup)
    .min(1)
    .max(LOG_GROUPS_AT_MOST)
    .refine(isWithoutRepetition, NO_REPETITION)
    .optional()
    .describe(
      'CloudWatch log groups that the component writes. After a repair that did not heal, they are searched for [error lines that are new](diagnosis.md#after-a-repair-that-did-not-heal), which costs $0.005 a GB that is searched. Default: none is.',
    ),
  mode: z
    .enum(MODES)
    .optional()
    .describe(
      '`observe` or `propose`: stricter than `settings.mode`, for this component. Default: no stricter.',
    ),
  window: z
    .optional(componentName)
    .describe(
      'The window in which the component may be healed, besides those of its group and of the settings. Default: at any time.',
    ),
  runbookUrl: z
    .url({ protocol: /^https?$/, error: 'an http:// or https:// address' })
    .max(1_000)
    .optional()
    .describe('A page that says what to do: notifications about the component link to it.'),
  excluded: z
    .boolean()
    .default(false)
    .describe('`true`: the component is never healed; alerts are recorded as refusals.'),
});

export type Component = z.output<typeof component>;

/** Components that share a fate and a budget. */
export const group = z.strictObject({
  maxInFlight: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('The most operations in flight in the group at a time.'),
  minHealthy: z
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .describe(
      'Nothing is healed if fewer components than this would stay healthy. A group of one may always be healed.',
    ),
  mode: z
    .enum(MODES)
    .optional()
    .describe(
      '`observe` or `propose`: stricter than `settings.mode`, for the components of this group. Default: no stricter.',
    ),
  window: z
    .optional(componentName)
    .describe('The window in which the components of this group may be healed. Default: at any time.'),
});

export type Group = z.output<typeof group>;
