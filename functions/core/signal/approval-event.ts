import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import { textForPeople } from './event-values.ts';

const DAY_SECONDS = 86_400;
const DEFAULT_DENIAL_SECONDS = 3_600;

const shared = {
  proposal: z
    .string({ error: 'the id of a proposal' })
    .check(
      z.regex(/^[0-9A-Za-z-]{1,64}$/, { error: 'the id of a proposal, as `selfheal proposals` lists it' }),
    ),
  by: z
    .string({ error: 'who decides: the ARN that `aws sts get-caller-identity` prints' })
    .check(
      z.minLength(1, { error: 'who decides: a text that is not empty' }),
      z.maxLength(256, { error: '256 characters at most' }),
    ),
  reason: textForPeople(),
};

/** `detail` of a `Selfheal Approval`. */
export const selfhealApproval = z.discriminatedUnion(
  'command',
  [
    z.strictObject({ command: z.literal('approve'), ...shared }),
    z.strictObject({
      command: z.literal('deny'),
      ...shared,
      for: z._default(durationSeconds({ min: 60, max: 30 * DAY_SECONDS }), DEFAULT_DENIAL_SECONDS),
    }),
  ],
  { error: 'approve or deny' },
);

export const APPROVAL_FIELDS = ['command', 'proposal', 'by', 'reason', 'for'] as const;

/** What a person decided about a proposal. */
export interface ProposalDecision {
  readonly command: 'approve' | 'deny';
  readonly proposalId: string;
  readonly by: string;
  readonly reason?: string;
  readonly givenAtMs: number;
  /** Of a denial: until when the component is not proposed again. */
  readonly untilMs?: number;
}

/** @param givenAtMs when it was decided, epoch milliseconds */
export function proposalDecisionOf(
  detail: z.output<typeof selfhealApproval>,
  givenAtMs: number,
): ProposalDecision {
  const { command, proposal: proposalId, by, reason } = detail;
  return {
    ...{ command, proposalId, by, givenAtMs },
    ...(reason !== '' && { reason }),
    ...(detail.command === 'deny' && { untilMs: givenAtMs + detail.for * 1_000 }),
  };
}
