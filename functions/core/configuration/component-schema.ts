import * as z from 'zod';
import { protectionOf } from '../actions/protected-directories.ts';
import { HTTP_URL, PATHS_AT_MOST } from '../actions/value-rules.ts';
import { alarm } from './alarm-schema.ts';
import { durationSeconds } from './duration.ts';
import { httpUrl } from './http-url.ts';
import {
  absolutePath,
  componentName,
  instanceId,
  isWithoutRepetition,
  metricName,
  NO_REPETITION,
  systemdUnit,
  tagText,
} from './names.ts';

const targets = z.union(
  [
    z.strictObject({
      instanceIds: z
        .array(instanceId)
        .min(1)
        .max(1_000)
        .refine(isWithoutRepetition, NO_REPETITION)
        .describe('Managed nodes, by id.'),
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
      autoScalingGroup: tagText(255).describe(
        'Managed nodes that an Auto Scaling group of this name launched.',
      ),
    }),
  ],
  { error: 'one of `instanceIds: [i-…]`, `tags: {key: value}` and `autoScalingGroup: name`' },
);

const hostUrl = httpUrl.regex(new RegExp(`^${HTTP_URL}$`), {
  error: 'an http:// or https:// address with a host name or an IPv4 address',
});

const health = z.strictObject({
  url: httpUrl.describe('Asked from outside, by a Lambda: healthy is an answer of 200.'),
  hostUrl: hostUrl.optional().describe('Asked on the host by `verify_health`.'),
  timeoutSeconds: durationSeconds({ min: 1, max: 30 }).default(5).describe('For one request.'),
});

const temporaryDirectory = absolutePath.refine((path) => protectionOf(path) === undefined, {
  error: ({ input }) =>
    `a directory of temporary files, such as /var/tmp/app: ${String(input)} ${protectionOf(String(input))}`,
  params: { code: 'protected-directory' },
});

/** A thing that can be healed. */
export const component = z.strictObject({
  group: componentName.optional().describe('The group whose budget it shares.'),
  targets: targets.describe('Where it runs. Nodes must also carry `settings.managedTag`.'),
  service: systemdUnit
    .optional()
    .describe('Its systemd unit, or its script: `nginx.service` is `/etc/init.d/nginx`.'),
  serviceManager: z
    .enum(['systemd', 'sysv'])
    .default('systemd')
    .describe('`sysv`: scripts in `/etc/init.d`, OpenRC’s too, without safe mode and isolation.'),
  health: health.optional().describe('Its health endpoint.'),
  configPaths: z
    .array(absolutePath)
    .max(PATHS_AT_MOST)
    .default([])
    .describe('Files that freeze_config and rollback_config keep.'),
  tempPaths: z
    .array(temporaryDirectory)
    .max(PATHS_AT_MOST)
    .default([])
    .describe('Directories that clear_temp_files may empty.'),
  alarms: z.record(componentName, alarm).default({}).describe('CloudWatch alarms to create or to adopt.'),
  signals: z
    .array(metricName)
    .max(50)
    .default([])
    .describe('Metrics that `Selfheal Signal` events of other monitors may name.'),
  maxConcurrentTargets: z
    .int()
    .min(1)
    .max(50)
    .default(1)
    .describe(
      'How many targets are repaired at a time: a batch, which is checked before the next one begins.',
    ),
  minHealthyTargets: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe(
      'How many other targets must be healthy before a batch that may serve is taken down. Default: 1 if there are several targets. Targets found unhealthy may always be repaired.',
    ),
  excluded: z.boolean().default(false).describe('Never healed; alerts are recorded as refusals.'),
});

export type Component = z.output<typeof component>;

/** Components that share a fate and a budget. */
export const group = z.strictObject({
  maxInFlight: z.int().min(1).max(100).default(1).describe('Operations at once in the group.'),
  minHealthy: z
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .describe(
      'No healing when fewer components than this would be healthy. A group of one may still be healed.',
    ),
});

export type Group = z.output<typeof group>;
