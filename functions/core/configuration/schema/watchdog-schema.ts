import * as z from 'zod';
import { durationSeconds } from '../duration.ts';
import { componentName, isWithoutRepetition, NO_REPETITION } from '../names.ts';
import {
  forgetRestartsAfterSeconds,
  missesBeforeRestart,
  restartGraceSeconds,
  restartsBeforeIsolation,
  timeoutSeconds,
} from './peer-schema.ts';
import { vpc } from './vpc-schema.ts';

const vantagePoint = z.strictObject({
  name: componentName.check(
    z.maxLength(40, { error: '40 characters at most: it becomes part of a function’s name' }),
    z.describe('The name in reports, in alerts and of the function.'),
  ),
  vpc: vpc.optional().describe('The VPC that it checks from. Default: outside any VPC.'),
});

/** An address range in CIDR notation. The address guard decides what it means. */
const addressRange = z
  .string()
  .regex(/^([0-9]{1,3}(\.[0-9]{1,3}){3}\/[0-9]{1,2}|[0-9a-f:]{2,39}\/[0-9]{1,3})$/, {
    error: 'an address range such as 127.0.0.1/32 or fe80::/10',
  });

/** How every peer is watched. Durations are seconds. */
export const watchdog = z
  .strictObject({
    enabled: z.boolean().default(true).describe('`false`: no peer is watched.'),
    intervalSeconds: z
      ._default(durationSeconds({ min: 10, max: 300 }), 30)
      .describe('The time from one heartbeat to the next.'),
    confirmSeconds: z
      .optional(durationSeconds({ min: 1, max: 60 }))
      .describe(
        'After a first miss, how soon to check again, until the peer answers or a restart is requested. Must be shorter than `intervalSeconds`. Default: at the next interval.',
      ),
    timeoutSeconds: z._default(timeoutSeconds, 5).describe('Time limit of one heartbeat.'),
    missesBeforeRestart: z
      ._default(missesBeforeRestart, 3)
      .describe('Missed heartbeats in a row after which a peer is OFFLINE and a restart is requested.'),
    restartsBeforeIsolation: z
      ._default(restartsBeforeIsolation, 3)
      .describe('Requested restarts after which the peer is ISOLATED and isolation is requested instead.'),
    restartGraceSeconds: z
      ._default(restartGraceSeconds, 0)
      .describe('How long misses do not count after a restart was requested.'),
    forgetRestartsAfterSeconds: z
      ._default(forgetRestartsAfterSeconds, 600)
      .describe('How long a peer must answer before its restarts are forgotten.'),
    vantagePoints: z
      .array(vantagePoint)
      .min(1)
      .max(5)
      .refine((points) => isWithoutRepetition(points.map(({ name }) => name)), NO_REPETITION)
      .default([{ name: 'outside' }])
      .describe(
        'Where heartbeats are sent from. A miss needs the majority. The first vantage point decides; the others stand by.',
      ),
    shards: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('How many parts the peers are divided into. A shard holds at most 2,000 peers.'),
    maxConcurrentProbes: z
      .int()
      .min(10)
      .max(900)
      .default(500)
      .describe('The most heartbeats in flight at a time in one function, which may open 1,024 files.'),
    allowedAddresses: z
      .array(addressRange)
      .max(50)
      .default([])
      .describe('Loopback, link-local or metadata address ranges that may be contacted nevertheless.'),
  })
  .refine(
    ({ confirmSeconds, intervalSeconds }) => confirmSeconds === undefined || confirmSeconds < intervalSeconds,
    {
      path: ['confirmSeconds'],
      error: 'a duration shorter than `intervalSeconds`; leave it out to wait for the next interval',
    },
  );

export type WatchdogSettings = z.output<typeof watchdog>;
