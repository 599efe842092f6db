import * as z from 'zod/mini';
import type { ResourceAction } from './action-definition.ts';
import { changesBack, phase } from './phase.ts';
import { REPUBLISHED_SECONDS, REPUBLISHES } from './size-actions.ts';
import { unfitMonitoring } from './unfit-params.ts';

const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** Has a target say more about itself, for the people who look into it. */
export const enableMonitoring: ResourceAction = {
  executor: 'resource',
  type: 'enable_monitoring',
  targetKinds: ['lambda_alias', 'ecs_service', 'host'],
  summary:
    'Have the function traced by X-Ray, or log in more detail, in a new version to which the alias is moved; have CloudWatch collect more metrics of the ECS cluster, or EC2 report those of the host each minute.',
  params: z
    .strictObject({
      tracing: z
        ._default(z.boolean(), false)
        .check(z.describe('On a function, `true`: have X-Ray trace its requests.')),
      logLevel: z
        .optional(z.enum(LOG_LEVELS))
        .check(z.describe('On a function that logs in JSON: the lowest level that is logged.')),
      containerInsights: z
        .optional(z.enum(['enabled', 'enhanced']))
        .check(
          z.describe(
            'On an ECS service: what Container Insights collects of its cluster, all services included.',
          ),
        ),
      detailed: z
        ._default(z.boolean(), false)
        .check(z.describe('On hosts, `true`: EC2’s detailed monitoring, of each instance.')),
      phase,
    })
    .check(
      z.refine(({ phase, ...parts }) => phase === 'undo' || Object.values(parts).some(Boolean), {
        error: '`tracing: true`, a `logLevel`, `containerInsights` or `detailed: true`',
      }),
    ),
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: REPUBLISHED_SECONDS,
  calls: {
    lambda_alias: REPUBLISHES,
    ecs_service: ['ecs:DescribeClusters', 'ecs:UpdateClusterSettings'],
    host: ['ec2:DescribeInstances', 'ec2:MonitorInstances', 'ec2:UnmonitorInstances'],
  },
  unfitParams: unfitMonitoring,
  ...changesBack('enable_monitoring'),
};
