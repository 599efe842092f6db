import * as z from 'zod/mini';
import { type NotifyApproversDeps, sendLinks, showOutcome } from '../app/approvals/notify-approvers.ts';
import { APPROVALS_SOURCE } from '../core/signal/event-source.ts';
import { linkAddress, linkKey, slackResponses } from '../runtime/approval-ports.ts';
import { approverMail } from '../runtime/approver-mail.ts';
import { channels } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { store } from '../runtime/port-builders.ts';
import { homeEvent } from './home-event.ts';
import { jsonText } from './json-text.ts';
import { wired } from './wired.ts';

/** What SNS hands to a subscriber. */
const messages = z.object({ Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })) });

/** The topic carries texts as well. */
const proposalMessage = z.pipe(jsonText, z.object({ kind: z.literal('proposal'), proposalId: z.string() }));

const clickDetail = z.object({
  proposal: z.string(),
  responseUrl: z.string(),
  sent: z.exactOptional(
    z.object({
      ...{ eventId: z.string(), command: z.enum(['approve', 'deny']), proposalId: z.string() },
      ...{ by: z.string(), atMs: z.number() },
    }),
  ),
  refused: z.exactOptional(z.object({ by: z.string(), reason: z.string(), detail: z.string() })),
  remark: z.exactOptional(z.string()),
});

const inputFor = ({ home }: NotifyApproversDeps) =>
  z.union([
    messages,
    z.extend(homeEvent(home, clickDetail), {
      source: z.literal(APPROVALS_SOURCE),
      'detail-type': z.literal('Selfheal Slack Click'),
    }),
  ]);

export const createHandler = (deps: NotifyApproversDeps) =>
  lambdaHandler(inputFor(deps), async (input) => {
    if ('detail' in input) return await showOutcome(deps, input.detail);
    const sent: string[] = [];
    for (const { Sns } of input.Records) {
      const proposal = proposalMessage.safeParse(Sns.Message);
      if (proposal.success) sent.push(...(await sendLinks(deps, proposal.data.proposalId)));
    }
    return sent;
  });

export const handler = wired('notify-approvers', createHandler, {
  approverMail,
  channels,
  linkAddress,
  linkKey,
  slackResponses,
  store,
});
