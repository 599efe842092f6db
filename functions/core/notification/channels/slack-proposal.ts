import { SLACK_BUTTONS } from '../../approval/slack-click.ts';
import { shortText } from '../../signal/event-values.ts';
import type { Notice } from '../notice.ts';
import { type SlackMessage, slackMessage } from './slack.ts';

const MAXIMUM_CONTEXT = 1_500;

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
}

interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly style: 'primary' | 'danger';
  readonly value: string;
  readonly confirm: {
    readonly title: PlainText;
    readonly text: PlainText;
    readonly confirm: PlainText;
    readonly deny: PlainText;
  };
}

export interface SlackProposal {
  readonly text: string;
  readonly blocks: readonly (
    | SlackMessage['blocks'][number]
    | { readonly type: 'actions'; readonly block_id: string; readonly elements: Button[] }
    | {
        readonly type: 'context';
        readonly elements: PlainText[];
      }
  )[];
}

/**
 * A proposal with the outcome so far, and the buttons as long as it is open.
 *
 * @param remarks what was decided, and what had no effect
 */
export function slackProposal(
  notice: Notice,
  proposalId: string,
  { isOpen, remarks = [] }: { readonly isOpen: boolean; readonly remarks?: readonly string[] },
): SlackProposal {
  const { text, blocks } = slackMessage(notice);
  return {
    text,
    blocks: [
      ...blocks,
      ...remarks.map((remark) => ({
        type: 'context' as const,
        elements: [{ type: 'plain_text' as const, text: shortText(remark, MAXIMUM_CONTEXT) }],
      })),
      ...(isOpen
        ? [
            {
              type: 'actions' as const,
              block_id: 'selfheal_proposal',
              elements: [button('approve', 'Approve', proposalId), button('deny', 'Deny', proposalId)],
            },
          ]
        : []),
    ],
  };
}

function button(command: keyof typeof SLACK_BUTTONS, label: string, value: string): Button {
  const plain = (text: string) => ({ type: 'plain_text' as const, text });
  const asked =
    command === 'approve'
      ? 'The repair begins, if every limit still holds.'
      : 'The component is not proposed again for an hour.';
  return {
    type: 'button',
    action_id: SLACK_BUTTONS[command],
    text: plain(label),
    style: command === 'approve' ? 'primary' : 'danger',
    value,
    confirm: {
      title: plain(`${label} this repair?`),
      text: plain(asked),
      confirm: plain(label),
      deny: plain('Cancel'),
    },
  };
}
