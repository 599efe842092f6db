import * as z from 'zod';
import { durationSeconds } from './duration.ts';
import { componentName, isWithoutRepetition, NO_REPETITION } from './names.ts';
import {
  forgetRestartsAfterSeconds,
  missesBeforeRestart,
  restartGraceSeconds,
  restartsBeforeIsolation,
  timeoutSeconds,
} from './peer-schema.ts';
import { vpc } from './vpc-schema.ts';

const vantagePoint = z.strictObject({
  name: componentName
    .max(40, { error: '40 characters at most: a function is called after it' })
    .describe('Its name in reports and alerts, and of its function.'),
  vpc: vpc.optional().describe('Where it looks from. Default: outside any VPC.'),
});

/** An address range in CIDR notation. What it means, the address guard says. */
const addressRange = z
  .string()
  .regex(/^([0-9]{1,3}(\.[0-9]{1,3}){3}\/[0-9]{1,2}|[0-9a-f:]{2,39}\/[0-9]{1,3})$/, {
    error: 'an address range such as 127.0.0.1/32 or fe80::/10',
  });

/** How every peer is watched. Durations are seconds. */
export const watchdog = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Off: nobody is watched.'),
    intervalSeconds: durationSeconds({ min: 10, max: 300 })
      .default(30)
      .describe('From one heartbeat to the next.'),
    confirmSeconds: durationSeconds({ min: 1, max: 60 })
      .optional()
      .describe(
        'After a first miss, how soon to look again, until the peer answers or its restart is asked for; shorter than `intervalSeconds`. Default: at the next interval.',
      ),
    timeoutSeconds: timeoutSeconds.default(5).describe('How long one heartbeat may take.'),
    missesBeforeRestart: missesBeforeRestart
      .default(3)
      .describe('Missed heartbeats in a row that make a peer OFFLINE and ask for a restart.'),
    restartsBeforeIsolation: restartsBeforeIsolation
      .default(3)
      .describe('Restarts after which it is ISOLATED instead.'),
    restartGraceSeconds: restartGraceSeconds
      .default(0)
      .describe('How long misses don’t count after a restart was asked for.'),
    forgetRestartsAfterSeconds: forgetRestartsAfterSeconds
      .default(600)
      .describe('How long a peer must answer until its restarts are forgotten.'),
    vantagePoints: z
      .array(vantagePoint)
      .min(1)
      .max(5)
      .refine((points) => isWithoutRepetition(points.map(({ name }) => name)), NO_REPETITION)
      .default([{ name: 'outside' }])
      .describe(
        'Where peers are looked at from; a miss needs the majority. The first decides, the others stand by.',
      ),
    shards: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('Functions that share the peers; 2,000 peers each, at most.'),
    maxConcurrentProbes: z
      .int()
      .min(10)
      .max(900)
      .default(500)
      .describe('Heartbeats under way at once in one function, which may open 1,024 files.'),
    allowedAddresses: z
      .array(addressRange)
      .max(50)
      .default([])
      .describe('Ranges that may be asked although they are loopback, link-local or an instance’s metadata.'),
  })
  .refine(
    ({ confirmSeconds, intervalSeconds }) => confirmSeconds === undefined || confirmSeconds < intervalSeconds,
    {
      path: ['confirmSeconds'],
      error: 'a duration shorter than `intervalSeconds`; leave it out to wait for the next interval',
    },
  );

export type WatchdogSettings = z.output<typeof watchdog>;
