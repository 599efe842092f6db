import * as z from 'zod';
import { channelName } from './channel-schema.ts';
import { secretArn } from './webhook-schema.ts';

const personName = z.string().regex(/^[a-z][a-z0-9._-]{0,62}$/, {
  error: 'a lower-case letter, then letters, digits, `.`, `_` or `-`, 63 at most',
});

const person = z.strictObject({
  email: z
    .email()
    .optional()
    .describe('Receives a link of its own for each proposal. Default: none is sent by e-mail.'),
  channel: channelName
    .optional()
    .describe(
      'A chat under `settings.notify.channels` that this person alone reads; it receives the links. Default: none.',
    ),
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,20}$/, {
      error: 'a member ID of Slack, such as U012AB3CD: profile, then “Copy member ID”',
    })
    .optional()
    .describe('The member ID in Slack. Default: this person can’t use the buttons.'),
  arn: z
    .string()
    .regex(/^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:[\w+=,.@/-]{1,512}$/, {
      error: 'the ARN that `aws sts get-caller-identity` prints',
    })
    .optional()
    .describe(
      'Who this person is to IAM. Of the two people that a strategy may require, the command line counts as the same person then.',
    ),
});

const MAXIMUM_PEOPLE = 50;

/** Where people approve besides the command line. */
export const approvals = z.strictObject({
  people: z
    .record(personName, person)
    .refine((people) => Object.keys(people).length > 0, { error: 'at least one person' })
    .refine((people) => Object.keys(people).length <= MAXIMUM_PEOPLE, {
      error: `${MAXIMUM_PEOPLE} people at most`,
    })
    .describe('Who may approve and deny, by the name that is put on record.'),
  slack: z
    .strictObject({
      signingSecretArn: secretArn.describe(
        'A secret whose entire value is the signing secret of a Slack app. Every channel of type `slack` must use an incoming webhook of that app.',
      ),
    })
    .optional()
    .describe('Buttons under the proposals in Slack. Default: there are none.'),
});

export type ApprovalSettings = z.output<typeof approvals>;
