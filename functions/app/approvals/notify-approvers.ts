import { type Proposal, proposalState } from '../../core/admission/proposal.ts';
import { signedLink } from '../../core/approval/approval-link.ts';
import { outcomeText } from '../../core/approval/outcome-text.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { channelRequest } from '../../core/notification/channel-request.ts';
import { slackProposal } from '../../core/notification/channels/slack-proposal.ts';
import type { Notice } from '../../core/notification/notice.ts';
import { noticeOf } from '../../core/notification/notice-of.ts';
import { plainText } from '../../core/notification/plain-text.ts';
import type { Home } from '../../core/signal/home.ts';
import type { ApproverMail, KeptSecret, LinkAddress, SlackResponses } from '../../ports/approvals.ts';
import type { ChannelEvents } from '../../ports/channels.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { awaitDecision } from '../operate/send-decision.ts';
import { proposalNotification } from './proposal-notifications.ts';
import type { SlackClickDetail } from './slack-click-detail.ts';

/** Triage decides within seconds; a cold start and retries of the bus take longer. */
const WAIT_MS = 30_000;

export interface NotifyApproversDeps {
  readonly configuration: CompiledConfiguration;
  readonly home: Home;
  readonly store: Pick<OperationStore, 'readHeldBack' | 'getPlan' | 'listRefusals'>;
  readonly linkKey: KeptSecret;
  readonly linkAddress: LinkAddress;
  readonly approverMail: ApproverMail;
  readonly channels: ChannelEvents;
  readonly slackResponses: SlackResponses;
  readonly clock: Clock;
}

/**
 * Sends each approver a link of their own to a proposal that is open. Sent again, it is the same link.
 *
 * @returns who was sent one
 * @throws ServiceError: Lambda tries again
 */
export async function sendLinks(deps: NotifyApproversDeps, proposalId: string): Promise<readonly string[]> {
  const { settings } = deps.configuration;
  const { proposal } = await deps.store.readHeldBack(proposalId);
  if (!proposal || proposalState(proposal, deps.clock.nowMs()) !== 'OPEN') return [];
  const { proposalId: _, ...notice } = await noticeFor(deps, proposal);
  const sent: string[] = [];
  for (const [name, { email, channel }] of Object.entries(settings.approvals?.people ?? {})) {
    if (email === undefined && channel === undefined) continue;
    const own = withLink(notice, name, await linkFor(deps, proposal, name));
    if (email !== undefined)
      await deps.approverMail.send({ person: name, subject: own.title, text: plainText(own) });
    const chat = channel === undefined ? undefined : settings.notify.channels[channel];
    const body = chat && channelRequest(chat, own);
    if (channel !== undefined && body) await deps.channels.deliver([{ channel, request: 'tell', body }]);
    sent.push(name);
  }
  return sent;
}

/**
 * Shows the outcome of a click in Slack, in place of the message that was clicked.
 *
 * @throws ServiceError: Lambda tries again
 */
export async function showOutcome(deps: NotifyApproversDeps, click: SlackClickDetail): Promise<string> {
  const { responseUrl, sent, refused, remark } = click;
  const remarked = remark ?? (sent ? await outcomeOf(deps, sent) : undefined);
  const { proposal } = await deps.store.readHeldBack(click.proposal);
  if (remark !== undefined || !proposal) {
    const text = remark ?? refused?.detail ?? 'There is no such proposal.';
    await deps.slackResponses.post(responseUrl, {
      ...{ response_type: 'ephemeral', replace_original: false, text },
    });
    return text;
  }
  const isOpen = proposalState(proposal, deps.clock.nowMs()) === 'OPEN';
  const remarks = [
    ...proposal.approvals.map(({ by, atMs }) => `Approved by ${by} at ${new Date(atMs).toISOString()}`),
    ...endRemark(proposal, deps.clock.nowMs()),
    ...(remarked === undefined ? [] : [remarked]),
    ...(refused && isOpen ? [`${refused.by}: ${refused.detail}`] : []),
  ];
  const message = slackProposal(await noticeFor(deps, proposal), click.proposal, { isOpen, remarks });
  await deps.slackResponses.post(responseUrl, { replace_original: true, ...message });
  return remarks.join('; ');
}

/** What the proposal itself does not say of a decision. */
async function outcomeOf(
  deps: NotifyApproversDeps,
  sent: NonNullable<SlackClickDetail['sent']>,
): Promise<string | undefined> {
  const result = await awaitDecision(deps, sent, WAIT_MS);
  if (result.outcome === 'confirmed') return undefined;
  const { title, text } = outcomeText(sent.command, result);
  return `${title} (${sent.by}). ${text}`;
}

function endRemark(proposal: Proposal, nowMs: number): readonly string[] {
  const { end, expiresAtMs } = proposal;
  switch (proposalState(proposal, nowMs)) {
    case 'DENIED':
      return [`Denied by ${end?.by} at ${new Date(end?.atMs ?? nowMs).toISOString()}`];
    case 'WITHDRAWN':
      return ['Withdrawn: the component has recovered by itself'];
    case 'EXPIRED':
      return [`Expired at ${new Date(expiresAtMs).toISOString()}`];
    case 'APPROVED':
    case 'OPEN':
      return [];
  }
}

async function noticeFor({ store, ...context }: NotifyApproversDeps, proposal: Proposal): Promise<Notice> {
  const plan = await store.getPlan(proposal.operation.planId);
  const actions = plan?.strategy.actions.map(({ type }) => type) ?? [];
  return noticeOf(proposalNotification(proposal, actions), context);
}

async function linkFor(deps: NotifyApproversDeps, proposal: Proposal, by: string): Promise<string> {
  const { operation, expiresAtMs } = proposal;
  const link = { proposalId: operation.operationId, by, expiresAtMs };
  return `${deps.linkAddress.base()}/link?t=${signedLink(await deps.linkKey.read(), link)}`;
}

function withLink(notice: Notice, name: string, url: string): Notice {
  return {
    ...notice,
    task: `${name}: open the link, and approve or deny. It is yours alone and works once; forward it to nobody.`,
    links: [{ label: `Decide as ${name}`, url }, ...notice.links],
  };
}
