import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import { isGreater, type Size } from '../target/size-ladder.ts';
import type { ResourceAction } from './action-definition.ts';
import { changesBack, phase } from './phase.ts';

/** A version that is published with other settings, and served in place of the one before. */
export const REPUBLISHES = [
  'lambda:GetAlias',
  'lambda:GetFunctionConfiguration',
  'lambda:ListVersionsByFunction',
  'lambda:PublishVersion',
  'lambda:UpdateAlias',
  'lambda:UpdateFunctionConfiguration',
] as const;

/** Until a new version can serve requests, which takes a minute where it is in a VPC or an image. */
export const REPUBLISHED_SECONDS = 120;

const LONGEST_LADDER = 20;

const size = z.strictObject({
  memoryMiB: z
    .optional(z.int().check(z.minimum(1), z.maximum(1_000_000)))
    .check(z.describe('Memory in MiB.')),
});

function isAscending(ladder: readonly Size[]): boolean {
  return ladder.every((one, index) => {
    const before = ladder[index - 1];
    return before === undefined || isGreater(one, before);
  });
}

/** Gives a target more of what it runs out of: the next size of a ladder, so that a repetition has an end. */
export const increaseResources: ResourceAction = {
  executor: 'resource',
  type: 'increase_resources',
  targetKinds: ['lambda_alias'],
  summary:
    'Give the function more memory: the next size of a ladder, in a new version to which the alias is moved.',
  params: z
    .strictObject({
      ladder: z
        ._default(
          z.array(size).check(
            z.maxLength(LONGEST_LADDER),
            z.refine(
              (ladder) => ladder.every((one) => Object.values(one).some((part) => part !== undefined)),
              {
                error: 'sizes that each name at least one amount',
              },
            ),
            z.refine(isAscending, { error: 'sizes in ascending order' }),
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
  effect: () => 'starts',
  defaultTimeoutSeconds: REPUBLISHED_SECONDS,
  calls: { lambda_alias: REPUBLISHES },
  ...changesBack('increase_resources'),
};

/** The most that a Lambda function may have; a load balancer’s connections may be idle longer. */
const LONGEST_SECONDS = 900;

/** Gives requests another time in which to end. */
export const adjustTimeout: ResourceAction = {
  executor: 'resource',
  type: 'adjust_timeout',
  targetKinds: ['lambda_alias'],
  summary: 'Give the function another time-out, in a new version to which the alias is moved.',
  params: z
    .strictObject({
      to: z
        .optional(durationSeconds({ min: 1, max: LONGEST_SECONDS }))
        .check(z.describe('The time-out to set.')),
      phase,
    })
    .check(z.refine(({ to, phase }) => phase === 'undo' || to !== undefined, { error: '`to`' })),
  needs: [],
  effect: () => 'starts',
  defaultTimeoutSeconds: REPUBLISHED_SECONDS,
  calls: { lambda_alias: REPUBLISHES },
  ...changesBack('adjust_timeout'),
};
