import * as z from 'zod';
import { component, group } from './component-schema.ts';
import { durationSeconds } from './duration.ts';
import { componentName, tagText } from './names.ts';
import { peer } from './peer-schema.ts';
import { sources } from './sources-schema.ts';
import { strategy } from './strategy-schema.ts';
import { vpc } from './vpc-schema.ts';
import { watchdog } from './watchdog-schema.ts';
import { webhook } from './webhook-schema.ts';

export type { Action } from './action-schema.ts';
export type { Component, Group } from './component-schema.ts';
export type { PeerDefinition } from './peer-schema.ts';
export type { DeclaredStrategy, Strategy } from './strategy-schema.ts';
export type { WatchdogSettings } from './watchdog-schema.ts';

/** More would hold some 20,000 alarms. */
export const MAXIMUM_ALARM_STACKS = 50;

const emails = z.array(z.email()).max(20).default([]);

const settings = z.strictObject({
  autoHealEnabled: z
    .boolean()
    .default(true)
    .describe('Off: alerts are diagnosed and refused, nothing is touched.'),
  paused: z.boolean().default(false).describe('No new operation; those in flight end properly.'),
  maxConcurrentRepairs: z.int().min(1).max(100).default(3).describe('Operations at once, over all groups.'),
  repairTimeoutSeconds: durationSeconds({ min: 30, max: 43_200 })
    .default(300)
    .describe('From admission to the end of verification; then it is rolled back.'),
  rollbackEnabled: z.boolean().default(true).describe('Off: rollback plans are recorded as skipped.'),
  historyRetentionDays: z.int().min(1).max(3_650).default(30).describe('How long records are kept.'),
  managedTag: z
    .strictObject({
      key: tagText(128).describe('The tag’s key.'),
      value: tagText(256).describe('The tag’s value.'),
    })
    .default({ key: 'selfheal:managed', value: 'true' })
    .describe('IAM allows commands only on nodes that carry it.'),
  resourceTagsOnTelemetry: z
    .boolean()
    .default(false)
    .describe('Whether “resource tags on telemetry” is enabled in CloudWatch’s settings.'),
  sources: sources
    .prefault({})
    .describe('Event sources that signals, controls and changes of peers are taken from.'),
  notify: z
    .strictObject({
      soc: emails.describe('Told what `notify_soc` says.'),
      architect: emails.describe('Told of every repair that failed.'),
      webhook: webhook
        .optional()
        .describe('Told what the watchdog tells the architect, as JSON. Default: nobody.'),
    })
    .prefault({})
    .describe('Who gets the two SNS topics by e-mail, and who is called besides.'),
  alarmStacks: z
    .int()
    .min(1)
    .max(MAXIMUM_ALARM_STACKS)
    .optional()
    .describe('Stacks over which the alarms are spread. Default: one for up to 499 alarms, else 16.'),
  vpc: vpc
    .optional()
    .describe('Where the verifying Lambda runs, if endpoints are private. Default: outside any VPC.'),
});

/** The whole of selfheal.yaml. */
export const configurationSchema = z.strictObject({
  settings: settings.prefault({}),
  groups: z.record(componentName, group).default({}),
  components: z.record(componentName, component).refine((components) => Object.keys(components).length > 0, {
    error: 'at least one component',
    params: { code: 'no-components' },
  }),
  strategies: z.array(strategy).min(1).max(100).describe('In order: the first that matches wins.'),
  watchdog: watchdog.prefault({}),
  peers: z.record(componentName, peer).default({}),
});

export type Configuration = z.output<typeof configurationSchema>;
export type Settings = Configuration['settings'];
