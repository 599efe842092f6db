import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import { mayFollow } from '../target/instance-class.ts';
import { isGreater, type Size } from '../target/size-ladder.ts';
import type { ResourceAction } from './action-definition.ts';
import { changesBack, phase } from './phase.ts';
import { unfitSize, unfitTimeout } from './unfit-params.ts';
import { LONGEST_FUNCTION_SECONDS, SIZES_AT_MOST } from './value-rules.ts';

/** A version that is published with other settings, and served in place of the one before. */
export const REPUBLISHES = [
  'lambda:GetAlias',
  'lambda:GetFunctionConfiguration',
  'lambda:GetProvisionedConcurrencyConfig',
  'lambda:ListVersionsByFunction',
  'lambda:PublishVersion',
  'lambda:UpdateAlias',
  'lambda:UpdateFunctionConfiguration',
] as const;

/** Until a new version can serve requests, which takes a minute where it is in a VPC or an image. */
export const REPUBLISHED_SECONDS = 120;

const size = z.strictObject({
  memoryMiB: z
    .optional(z.int().check(z.minimum(1), z.maximum(1_000_000)))
    .check(z.describe('Memory in MiB.')),
  cpuUnits: z
    .optional(z.int().check(z.minimum(128), z.maximum(200_000)))
    .check(z.describe('Of the tasks of an ECS service: CPU units, 1024 of which are one vCPU.')),
  cpuPercent: z
    .optional(z.int().check(z.minimum(1), z.maximum(99_999)))
    .check(z.describe('Of a service on hosts: processor time, in percent of one CPU.')),
  instanceClass: z
    .optional(
      z
        .string()
        .check(z.regex(/^db(\.[a-z0-9-]{1,32}){2,4}$/, { error: 'an instance class: `db.r6g.large`' })),
    )
    .check(z.describe('Of an instance of RDS or Aurora: its class.')),
  storageGiB: z
    .optional(z.int().check(z.minimum(20), z.maximum(65_536)))
    .check(z.describe('Of an instance of RDS: allocated storage in GiB, for good.')),
});

type Rung = z.infer<typeof size>;

function isAscending(ladder: readonly Rung[]): boolean {
  return ladder.every((one, index) => {
    const before = ladder[index - 1];
    return before === undefined || isGreater(one, before) || mayFollow(one, before);
  });
}

/** Storage never shrinks again, so it is increased by an action of its own. */
function isUndoneAsAWhole(ladder: readonly Rung[]): boolean {
  const hasStorage = ladder.some(({ storageGiB }) => storageGiB !== undefined);
  return !hasStorage || ladder.every(({ instanceClass }) => instanceClass === undefined);
}

/** Gives a target more of what it runs out of: the next size of a ladder, so that a repetition has an end. */
export const increaseResources: ResourceAction = {
  executor: 'resource',
  type: 'increase_resources',
  targetKinds: ['lambda_alias', 'ecs_service', 'db_instance', 'host'],
  summary:
    'Give the target more memory, CPU or storage, the next size of a ladder: in a new version of a function, to which its alias is moved, a new revision of a task definition, the class or the storage of a database instance, or the limits of the unit on a host.',
  params: z
    .strictObject({
      ladder: z
        ._default(
          z.array(size).check(
            z.maxLength(SIZES_AT_MOST),
            z.refine(
              (ladder) => ladder.every((one) => Object.values(one).some((part) => part !== undefined)),
              {
                error: 'sizes that each name at least one amount',
              },
            ),
            z.refine(isAscending, { error: 'sizes in ascending order' }),
            z.refine(isUndoneAsAWhole, {
              error:
                'instance classes or amounts of storage, each by an action of its own: RDS cannot undo the latter',
            }),
          ),
          [],
        )
        .check(
          z.describe(
            'The sizes to choose from, in ascending order; the first one that is greater than the present one is taken.',
          ),
        ),
      phase,
    })
    .check(
      z.refine(({ ladder, phase }) => phase === 'undo' || ladder.length > 0, {
        error: 'a `ladder` of one size or more',
      }),
    ),
  needs: [],
  effect: ({ ladder }) =>
    (ladder as readonly Rung[]).some(({ instanceClass }) => instanceClass !== undefined)
      ? 'restarts'
      : 'starts',
  defaultTimeoutSeconds: REPUBLISHED_SECONDS,
  calls: {
    lambda_alias: REPUBLISHES,
    db_instance: ['rds:DescribeDBInstances', 'rds:ModifyDBInstance'],
    ecs_service: [
      'ecs:DescribeServices',
      'ecs:DescribeTaskDefinition',
      'ecs:RegisterTaskDefinition',
      'ecs:TagResource',
      'ecs:UpdateService',
    ],
  },
  usualSeconds: { ecs_service: 120, db_instance: 300 },
  onHosts: {
    document: 'selfheal-increase-resources',
    needs: ['service'],
    parameters: (component, { ladder, phase }) => ({
      service: String(component.service),
      ladder: (ladder as readonly Size[])
        .map(({ memoryMiB = '', cpuPercent = '' }) => `${memoryMiB}/${cpuPercent}`)
        .join(','),
      phase: String(phase),
    }),
  },
  unfitParams: unfitSize,
  ...changesBack('increase_resources'),
};

/** The most that AWS accepts of an Application Load Balancer. */
const LONGEST_IDLE_SECONDS = 4_000;

const BALANCING = [
  'elasticloadbalancing:DescribeLoadBalancerAttributes',
  'elasticloadbalancing:ModifyLoadBalancerAttributes',
];

/** Gives requests another time in which to end. */
export const adjustTimeout: ResourceAction = {
  executor: 'resource',
  type: 'adjust_timeout',
  targetKinds: ['lambda_alias', 'ecs_service', 'host'],
  onBalancerOf: ['ecs_service', 'host'],
  summary:
    'Give the function another time-out, in a new version to which the alias is moved, or the load balancer another idle time-out.',
  params: z
    .strictObject({
      to: z
        .optional(durationSeconds({ min: 1, max: LONGEST_IDLE_SECONDS }))
        .check(
          z.describe(
            `The time-out to set; of a function at most ${LONGEST_FUNCTION_SECONDS} s, of a load balancer ${LONGEST_IDLE_SECONDS} s.`,
          ),
        ),
      phase,
    })
    .check(z.refine(({ to, phase }) => phase === 'undo' || to !== undefined, { error: '`to`' })),
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: REPUBLISHED_SECONDS,
  calls: { lambda_alias: REPUBLISHES, ecs_service: BALANCING, host: BALANCING },
  unfitParams: unfitTimeout,
  ...changesBack('adjust_timeout'),
};
