import * as z from 'zod';
import { httpUrl } from '../http-url.ts';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';
import { header, MAY_BE_CALLED, secretArn, secretVersion } from './webhook-schema.ts';

/** Part of the names of a connection and its destinations, which have 64 characters at most. */
export const channelName = z.string().regex(/^[a-z][a-z0-9-]{0,38}$/, {
  error: 'a lower-case letter, then letters, digits or hyphens, 39 at most',
});

const topics = z
  .array(z.enum(['soc', 'architect']))
  .min(1)
  .refine(isWithoutRepetition, NO_REPETITION)
  .default(['architect'])
  .describe('The topics whose notifications it receives.');

/** A site of one’s own; the path is the vendor’s. */
const site = httpUrl.check(
  z.regex(MAY_BE_CALLED, { error: 'an https:// address: EventBridge calls no other' }),
  z.refine((url) => /^https?:\/\/[^/]+$/.test(url), {
    error: 'an address without a path, such as https://example.com',
  }),
);
const region = z.enum(['us', 'eu']).default('us').describe('The region of the account.');
const user = z.string().min(1).max(256).describe('The user to sign in as.');

/** A chat, a pager or a ticket system, by its `type`. */
export const channel = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('slack'),
    topics,
    secretArn: secretArn.describe('A secret whose entire value is the URL of an incoming webhook of Slack.'),
    secretVersion,
  }),
  z.strictObject({
    type: z.literal('teams'),
    topics,
    secretArn: secretArn.describe(
      'A secret whose entire value is the URL of a Teams workflow that posts to a channel when a webhook request is received.',
    ),
    secretVersion,
  }),
  z.strictObject({
    type: z.literal('pagerduty'),
    topics,
    region,
    secretArn: secretArn.describe(
      'A secret whose entire value is the routing key of an Events API v2 integration.',
    ),
    secretVersion,
  }),
  z.strictObject({
    type: z.literal('opsgenie'),
    topics,
    region,
    secretArn: secretArn.describe('A secret whose entire value is the key of an API integration.'),
    secretVersion,
  }),
  z.strictObject({
    type: z.literal('jira'),
    topics,
    url: site.check(z.describe('The site, such as `https://example.atlassian.net`.')),
    user,
    secretArn: secretArn.describe('A secret whose entire value is the API token of `user`.'),
    secretVersion,
    project: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{1,9}$/, { error: 'the key of a project, such as OPS' })
      .describe('The key of the project, such as `OPS`.'),
    issueType: z.string().min(1).max(60).default('Task').describe('The type of the issues.'),
  }),
  z.strictObject({
    type: z.literal('servicenow'),
    topics,
    url: site.check(z.describe('The instance, such as `https://example.service-now.com`.')),
    user,
    secretArn: secretArn.describe('A secret whose entire value is the password of `user`.'),
    secretVersion,
  }),
  z.strictObject({
    type: z.literal('webhook'),
    topics,
    url: httpUrl.check(
      z.regex(MAY_BE_CALLED, { error: 'an https:// address: EventBridge calls no other' }),
      z.describe('Receives a POST request with the structured notification as its body.'),
    ),
    header,
    secretArn: secretArn.describe('A secret whose entire value is the key.'),
    secretVersion,
  }),
]);

export type Channel = z.output<typeof channel>;
