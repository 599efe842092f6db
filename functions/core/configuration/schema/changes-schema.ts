import * as z from 'zod';
import { tagText } from '../declared-names.ts';
import { durationSeconds } from '../duration.ts';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';

/** As many names of one kind as a component has. */
const MAXIMUM_NAMES = 20;

const names = (pattern: RegExp, error: string) =>
  z
    .array(z.string().regex(pattern, { error }))
    .max(MAXIMUM_NAMES)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([]);

/** What counts as a change of a component, besides those of its own target, and what follows from one. */
export const changes = z.strictObject({
  codeDeploy: names(
    /^[^/*?]{1,100}\/[^/*?]{1,100}$/,
    'the names of a CodeDeploy application and of its deployment group: `shop/production`',
  ).describe('Deployments of these CodeDeploy deployment groups: `application/deployment-group`.'),
  stacks: names(
    /^[A-Za-z][A-Za-z0-9-]{0,127}$/,
    'the name of a CloudFormation stack: a letter, then letters, digits or hyphens',
  ).describe('Updates of these CloudFormation stacks.'),
  appConfig: names(
    /^[^/*?]{1,64}\/[^/*?]{1,64}$/,
    'the names or ids of an AppConfig application and of its environment: `shop/production`',
  ).describe(
    'Deployments of configuration to these AppConfig environments: `application/environment`. The AppConfig extension for EventBridge must be attached.',
  ),
  databases: names(
    /^[a-z][a-z0-9-]{0,62}$/,
    'the identifier of an RDS instance or cluster: a lower-case letter, then lower-case letters, digits or hyphens',
  ).describe('Modifications, maintenance and failovers of these RDS instances and clusters.'),
  documents: z
    .array(tagText(128))
    .max(MAXIMUM_NAMES)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe('Executions of these SSM documents, Command or Automation, that people or pipelines start.'),
  holdSeconds: z
    ._default(durationSeconds({ min: 60, max: 86_400 }), 3_600)
    .describe(
      'How long a change holds healing back if its end is never reported. After that it no longer counts as in progress.',
    ),
  suspectSeconds: z
    ._default(durationSeconds({ min: 60, max: 86_400 }), 3_600)
    .describe('How long before the trouble a change may have begun and still be its suspected cause.'),
  graceSeconds: z
    ._default(durationSeconds({ min: 0, max: 86_400 }), 300)
    .describe(
      'How long an alarm may be red during a change before the change itself may be rolled back: new versions often fail a few requests while they start.',
    ),
});
