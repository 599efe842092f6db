import * as z from 'zod';
import { tagText } from '../declared-names.ts';
import { durationSeconds } from '../duration.ts';
import { declaredAction } from '../listed-actions.ts';
import { MODES } from '../modes.ts';
import { componentName, isWithoutRepetition, metricName, NO_REPETITION } from '../names.ts';
import { analysis } from './analysis-schema.ts';
import { approvals } from './approvals-schema.ts';
import { channel, channelName } from './channel-schema.ts';
import { component, group } from './component-schema.ts';
import { graph } from './graph-schema.ts';
import { learning } from './learning-schema.ts';
import { peer } from './peer-schema.ts';
import { sources } from './sources-schema.ts';
import { strategy } from './strategy-schema.ts';
import { threshold } from './threshold-schema.ts';
import { vpc } from './vpc-schema.ts';
import { watchdog } from './watchdog-schema.ts';
import { webhook } from './webhook-schema.ts';
import { window } from './window-schema.ts';

export type { Action } from './action-schema.ts';
export type { Component, Group } from './component-schema.ts';
export type { PeerDefinition } from './peer-schema.ts';
export type { DeclaredStrategy, Strategy } from './strategy-schema.ts';
export type { WatchdogSettings } from './watchdog-schema.ts';
export type { Window } from './window-schema.ts';

/** More would hold some 20,000 alarms. */
export const MAXIMUM_ALARM_STACKS = 50;

/** Each has up to two rules on the bus. */
const MAXIMUM_CHANNELS = 20;

/** One for each team of a large company. */
const MAXIMUM_ACTION_FILES = 50;

const emails = z.array(z.email()).max(20).refine(isWithoutRepetition, NO_REPETITION).default([]);

const settings = z.strictObject({
  autoHealEnabled: z
    .boolean()
    .default(true)
    .describe('`false`: every alert is recorded as a refusal, and nothing is touched.'),
  paused: z
    .boolean()
    .default(false)
    .describe('`true`: no new operation starts; operations in flight finish normally.'),
  mode: z
    .enum(MODES)
    .default('auto')
    .describe(
      '`auto`: repairs are carried out. `propose`: a person must approve each. `observe`: what would be done is recorded, and nothing is touched. Groups, components and strategies have a mode too; the strictest applies.',
    ),
  window: z
    .optional(componentName)
    .describe('The window in which any component may be healed. Default: at any time.'),
  proposalSeconds: z
    ._default(durationSeconds({ min: 60, max: 604_800 }), 3_600)
    .describe('How long a proposal can be approved. After that it has expired.'),
  maxConcurrentRepairs: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('The most operations in flight at a time, across all groups.'),
  repairTimeoutSeconds: z
    ._default(durationSeconds({ min: 30, max: 43_200 }), 300)
    .describe(
      'How long an operation may take, from admission to the end of verification. After that it is rolled back.',
    ),
  rollbackEnabled: z
    .boolean()
    .default(true)
    .describe('`false`: undo steps are recorded as skipped instead of being carried out.'),
  kernelLookOnFailure: z
    .boolean()
    .default(false)
    .describe(
      '`true`: after a repair on hosts has failed and people were notified, Selfheal looks once, for 10 seconds and read-only, at [what the kernel does](profiles.md#a-look-at-the-kernel) with the service on up to three of the hosts. The findings are added to the operation’s record and sent to the architect.',
    ),
  investigate: z
    .array(z.enum(['cloudtrail', 'xray']))
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe(
      'What is read [after a repair that did not heal](diagnosis.md#after-a-repair-that-did-not-heal), besides the `logs` of the component. `cloudtrail`: who changed its resources in the hour before. `xray`: why traced requests to it have failed since.',
    ),
  historyRetentionDays: z
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('How long operations, steps and refusals stay in the table.'),
  managedTag: z
    .strictObject({
      key: tagText(128).check(z.describe('The key of the tag.')),
      value: tagText(256).check(z.describe('The value of the tag.')),
    })
    .default({ key: 'selfheal:managed', value: 'true' })
    .describe('The tag that every host must carry: IAM allows commands on no other node.'),
  resourceTagsOnTelemetry: z
    .boolean()
    .default(false)
    .describe(
      'Set to `true` once “resource tags on telemetry” is enabled in the CloudWatch settings of the account.',
    ),
  detailedMonitoring: z
    .boolean()
    .default(false)
    .describe(
      'Set to `true` once every EC2 instance with alarms on EC2’s own metrics, such as `cpu`, has detailed monitoring.',
    ),
  sources: sources.prefault({}).describe('The event sources that Selfheal listens to.'),
  notify: z
    .strictObject({
      soc: emails.describe('Receive `notify_soc` messages and the watchdog’s HIGH and CRITICAL escalations.'),
      architect: emails.describe('Receive every failed repair, and whatever else needs a person.'),
      webhook: webhook
        .optional()
        .describe('Receives the watchdog’s escalations to the architect, as JSON. Default: no webhook.'),
      channels: z
        .record(channelName, channel)
        .refine((channels) => Object.keys(channels).length <= MAXIMUM_CHANNELS, {
          error: `${MAXIMUM_CHANNELS} channels at most`,
          params: { code: 'wrong-length' },
        })
        .default({})
        .describe('Chats, pagers and ticket systems, each under a name of yours.'),
    })
    .prefault({})
    .describe('Who is notified: e-mail subscribers of the two SNS topics, channels, and a webhook.'),
  approvals: approvals
    .optional()
    .describe('Slack buttons and links by which people approve. Default: the command line alone.'),
  learning: learning.prefault({}).describe('What is learned from the outcomes of operations.'),
  capacity: z
    .strictObject({
      exempt: z
        .array(z.enum(['WARNING', 'CRITICAL']))
        .refine(isWithoutRepetition, NO_REPETITION)
        .default([])
        .describe(
          'Severities whose alerts are healed even if the routes carry less of the `demand` during the repair.',
        ),
    })
    .prefault({})
    .describe('What `demand` and `capacities` of the components hold back.'),
  graph: graph
    .optional()
    .describe(
      'Completes `dependsOn` by what calls what. Default: only what is declared counts, and nothing is read.',
    ),
  analysis: analysis.prefault({}).describe('How the series under `anomalies` are read.'),
  thresholds: z
    .record(metricName, threshold)
    .default({})
    .describe('Levels by metric, for series with `detector: threshold` that have none of their own.'),
  alarmStacks: z
    .int()
    .min(1)
    .max(MAXIMUM_ALARM_STACKS)
    .optional()
    .describe(
      'How many stacks the created alarms are spread over. Default: 1 for up to 499 alarms, otherwise 16.',
    ),
  vpc: vpc
    .optional()
    .describe(
      'The VPC from which repairs are verified by health endpoints, and metric pages are read. Heartbeats are sent from `watchdog.vantagePoints[].vpc`. Default: outside any VPC.',
    ),
});

/** The whole of selfheal.yaml. */
export const configurationSchema = z.strictObject({
  settings: settings.prefault({}),
  windows: z
    .record(componentName, window)
    .default({})
    .describe('When components may be healed, by the names that settings, groups and components give.'),
  groups: z.record(componentName, group).default({}),
  components: z
    .record(componentName, component)
    .refine((components) => Object.keys(components).length > 0, {
      error: 'at least one component',
      params: { code: 'no-components' },
    })
    .describe('Things that can be healed, each under a name of your choice, with its `targets`.'),
  actions: z
    .record(componentName, declaredAction)
    .default({})
    .describe('Actions of your own, by the name that strategies give as a `type`.'),
  actionFiles: z
    .array(z.string().min(1))
    .max(MAXIMUM_ACTION_FILES)
    .default([])
    .describe(
      'Files, relative to this one, that declare more actions of your own, by name as under `actions`.',
    ),
  strategies: z
    .array(strategy)
    .min(1)
    .max(100)
    .describe('In order: the first strategy that matches an alert is taken.'),
  watchdog: watchdog.prefault({}),
  peers: z.record(componentName, peer).default({}),
});

export type Configuration = z.output<typeof configurationSchema>;
export type Settings = Configuration['settings'];
