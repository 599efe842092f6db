import { createMemoryApprovalStore } from '../../functions/adapters/memory/approval-store.ts';
import type { Ports } from '../../functions/ports/ports.ts';
import type { EventBus } from './event-bridge/event-bus.ts';

/** What signs Slack's requests to the embedded cloud. */
export const SLACK_SIGNING_SECRET = 'embedded-slack-signing-secret';

const ADDRESS = 'https://approvals.example.com';
const LINK_KEY = 'embedded-link-key';

export interface SlackAnswer {
  readonly url: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** What people received who approve by Slack or by links. */
export interface EmbeddedApprovals {
  readonly mails: readonly Parameters<Ports['approverMail']['send']>[0][];
  readonly slackAnswers: readonly SlackAnswer[];
  readonly ports: Pick<
    Ports,
    'approvals' | 'decisions' | 'linkKey' | 'linkAddress' | 'slackSecret' | 'slackResponses' | 'approverMail'
  >;
}

/** Approvals by Slack and links: Secrets Manager, e-mail and Slack as values and lists. */
export function createEmbeddedApprovals(bus: EventBus): EmbeddedApprovals {
  const mails: Parameters<Ports['approverMail']['send']>[0][] = [];
  const slackAnswers: SlackAnswer[] = [];
  return {
    mails,
    slackAnswers,
    ports: {
      approvals: createMemoryApprovalStore(),
      decisions: {
        send: async ({ detailType, source, detail, atMs }) =>
          bus.putEvent({ source, detailType, detail, timeMs: atMs }),
      },
      linkKey: { read: async () => LINK_KEY },
      linkAddress: { base: () => ADDRESS },
      slackSecret: { read: async () => SLACK_SIGNING_SECRET },
      slackResponses: {
        post: async (url, message) => void slackAnswers.push({ url, message: { ...message } }),
      },
      approverMail: { send: async (mail) => void mails.push(mail) },
    },
  };
}
