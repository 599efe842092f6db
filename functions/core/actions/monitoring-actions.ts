import * as z from 'zod/mini';
import type { ActionParams, ResourceAction } from './action-definition.ts';
import { changesBack, phase } from './phase.ts';
import { REPUBLISHED_SECONDS, REPUBLISHES } from './size-actions.ts';
import { unfitMonitoring } from './unfit-params.ts';
import { LOG_LEVELS, UNIT_LEVELS } from './value-rules.ts';

/** On hosts, a unit's log level is up to the host itself, and the metrics of an instance to EC2. */
const isOfUnit = ({ logLevel }: ActionParams) => logLevel !== undefined;

const CALLS: ResourceAction['calls'] = {
  lambda_alias: REPUBLISHES,
  ecs_service: ['ecs:DescribeClusters', 'ecs:UpdateClusterSettings'],
  host: ['ec2:DescribeInstances', 'ec2:MonitorInstances', 'ec2:UnmonitorInstances'],
};

/** Has a target say more about itself, for the people who look into it. */
export const enableMonitoring: ResourceAction = {
  executor: 'resource',
  type: 'enable_monitoring',
  targetKinds: ['lambda_alias', 'ecs_service', 'host'],
  summary:
    'Have the function traced by X-Ray, or log in more detail, in a new version to which the alias is moved; have CloudWatch collect more metrics of the ECS cluster, or EC2 report those of the host each minute; or have the unit on hosts log in more detail.',
  params: z
    .strictObject({
      tracing: z
        ._default(z.boolean(), false)
        .check(z.describe('On a function, `true`: have X-Ray trace its requests.')),
      logLevel: z
        .optional(z.enum(LOG_LEVELS))
        .check(
          z.describe(
            'On a function that logs in JSON: the lowest level that is logged. On hosts: the level at which the unit logs, if it logs less.',
          ),
        ),
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
  calls: CALLS,
  callsWith: (kind, params) => (kind === 'host' && isOfUnit(params) ? [] : (CALLS[kind] ?? [])),
  unfitParams: unfitMonitoring,
  onHosts: {
    document: 'selfheal-enable-monitoring',
    needs: ['service'],
    isMeant: isOfUnit,
    parameters: (component, { logLevel, phase }) => ({
      service: String(component.service),
      level: UNIT_LEVELS[logLevel as keyof typeof UNIT_LEVELS],
      phase: String(phase),
    }),
  },
  ...changesBack('enable_monitoring'),
  undoParams: ({ phase, logLevel }) =>
    phase === 'do' ? { ...(logLevel !== undefined && { logLevel }), phase: 'undo' } : undefined,
  undoes: (params, done) =>
    params['phase'] === 'undo' && done['phase'] === 'do' && isOfUnit(params) === isOfUnit(done),
};
