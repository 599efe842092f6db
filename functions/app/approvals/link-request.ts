import { type Proposal, proposalState } from '../../core/admission/proposal.ts';
import { type ApprovalLink, readLink } from '../../core/approval/approval-link.ts';
import { messagePage, proposalPage } from '../../core/approval/approval-page.ts';
import { decisionRefusal } from '../../core/approval/decision-refusal.ts';
import { outcomeText } from '../../core/approval/outcome-text.ts';
import { mayUseLinks } from '../../core/approval/people.ts';
import { APPROVALS_SOURCE } from '../../core/signal/event-source.ts';
import type { HttpAnswer, HttpRequest } from '../../ports/http-exchange.ts';
import { awaitDecision, putDecision, toSecond } from '../operate/send-decision.ts';
import { htmlAnswer } from './answers.ts';
import type { ApproveDeps } from './approve-deps.ts';
import { notAuthentic, type RefuseAttempt, unknownProposal } from './refuse-attempt.ts';

/** A person waits for the page. */
const WAIT_MS = 15_000;

const LIMITED = htmlAnswer(
  429,
  messagePage('Too many requests', 'Too many requests were refused within a minute. Try again in a minute.'),
);

/**
 * The page behind a link. Reading it changes nothing, so that software that follows links in messages approves
 * nothing; only the form on it decides.
 */
export async function linkRequest(
  deps: ApproveDeps,
  refuse: RefuseAttempt,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { configuration, linkKey, clock } = deps;
  const turnedAway = async (problem: string) => {
    if ((await refuse(notAuthentic(problem))) === 'limited') return LIMITED;
    return htmlAnswer(
      403,
      messagePage('This link is not valid', `${sentence(problem)} Nothing was decided.`),
    );
  };
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!(isReading || request.method === 'POST'))
    return htmlAnswer(405, messagePage('Not allowed', 'A link can be opened, and its form sent.'));
  const read = readLink(await linkKey.read(), request.query.get('t') ?? '', clock.nowMs());
  if ('problem' in read) return await turnedAway(read.problem);
  const { link } = read;
  if (!mayUseLinks(configuration.settings, link.by))
    return await turnedAway(`${link.by} is no longer listed under settings.approvals.people`);
  const { proposal } = await deps.store.readHeldBack(link.proposalId);
  if (!proposal) return await turnedAway(unknownProposal(link.proposalId).detail);
  const answer = isReading
    ? await show(deps, link, proposal)
    : await decide(deps, { refuse, turnedAway }, { link, proposal, request });
  return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
}

async function show(
  { store, clock }: ApproveDeps,
  link: ApprovalLink,
  proposal: Proposal,
): Promise<HttpAnswer> {
  const plan = await store.getPlan(proposal.operation.planId);
  const actions = plan?.strategy.actions.map(({ type }) => type) ?? [];
  const state = proposalState(proposal, clock.nowMs());
  return htmlAnswer(200, proposalPage(proposal, { by: link.by, actions, state }));
}

async function decide(
  deps: ApproveDeps,
  {
    refuse,
    turnedAway,
  }: { readonly refuse: RefuseAttempt; readonly turnedAway: (problem: string) => Promise<HttpAnswer> },
  {
    link,
    proposal,
    request,
  }: { readonly link: ApprovalLink; readonly proposal: Proposal; readonly request: HttpRequest },
): Promise<HttpAnswer> {
  const { configuration, store, approvals, decisions, clock } = deps;
  const { proposalId, by, expiresAtMs } = link;
  const form = new URLSearchParams(request.body.toString('utf8'));
  const command = form.get('command');
  if (command !== 'approve' && command !== 'deny')
    return await turnedAway('the form names neither approve nor deny');
  const refusal = decisionRefusal(proposal, { command, by }, configuration.settings, clock.nowMs());
  if (refusal) {
    await refuse(refusal, { by, proposal });
    return htmlAnswer(409, messagePage('Nothing was decided', sentence(refusal.detail)));
  }
  const linkId = `link#${proposalId}#${by}`;
  const taken = await approvals.takeLink(linkId, { command, atMs: toSecond(clock.nowMs()) }, expiresAtMs);
  if (taken.isSent || taken.command !== command)
    return await turnedAway(`the link of ${by} for proposal ${proposalId} was used before`);
  const reason = form.get('reason')?.trim();
  const sent = await putDecision(
    { events: decisions, clock },
    {
      source: APPROVALS_SOURCE,
      detail: { command, proposal: proposalId, by, reason: reason || 'by a link' },
      atMs: taken.atMs,
    },
  );
  // Only now: a decision that the bus did not accept can be sent again by the same link.
  await approvals.noteLinkSent(linkId);
  const result = await awaitDecision({ store, clock }, { ...sent, before: proposal }, WAIT_MS);
  const { title, text } = outcomeText(command, result);
  return htmlAnswer(result.outcome === 'refused' ? 409 : 200, messagePage(title, text));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
