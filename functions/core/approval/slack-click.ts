import * as z from 'zod/mini';
import { lazily } from '../lazily.ts';

/** The buttons of a proposal, by their action IDs. */
export const SLACK_BUTTONS = { approve: 'selfheal_approve', deny: 'selfheal_deny' } as const;

/** A click of one of them. */
export interface SlackClick {
  readonly command: keyof typeof SLACK_BUTTONS;
  readonly proposalId: string;
  readonly memberId: string;
  /** Where an answer to the click goes, for half an hour. */
  readonly responseUrl: string;
}

/** @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockActions = lazily(() =>
  z.object({
    type: z.literal('block_actions'),
    user: z.object({ id: z.string() }),
    response_url: z.string(),
    actions: z.array(
      z.object({
        action_id: z.enum([SLACK_BUTTONS.approve, SLACK_BUTTONS.deny]),
        value: z.string().check(z.regex(/^[0-9A-Za-z-]{1,64}$/)),
      }),
    ),
  }),
);

/** The click in the body of a request of Slack; `undefined` if it is another interaction. */
export function slackClickIn(body: string): SlackClick | undefined {
  const payload = blockActions().safeParse(jsonOf(new URLSearchParams(body).get('payload') ?? ''));
  const action = payload.data?.actions[0];
  if (!payload.success || !action) return undefined;
  return {
    command: action.action_id === SLACK_BUTTONS.approve ? 'approve' : 'deny',
    proposalId: action.value,
    memberId: payload.data.user.id,
    responseUrl: payload.data.response_url,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
