import { decisionRefusal } from '../../core/approval/decision-refusal.ts';
import { personInSlack } from '../../core/approval/people.ts';
import { type SlackClick, slackClickIn } from '../../core/approval/slack-click.ts';
import { slackSignatureProblem } from '../../core/approval/slack-signature.ts';
import { APPROVALS_SOURCE } from '../../core/signal/event-source.ts';
import type { HttpAnswer, HttpRequest } from '../../ports/http-exchange.ts';
import { putDecision } from '../operate/send-decision.ts';
import { textAnswer } from './answers.ts';
import type { ApproveDeps } from './approve-deps.ts';
import { notAuthentic, type RefuseAttempt, unknownProposal } from './refuse-attempt.ts';
import type { SlackClickDetail } from './slack-click-detail.ts';

/** Longer than a signature is accepted. */
const REMEMBERED_MS = 15 * 60_000;

const DONE = textAnswer(200, '');
const LIMITED = textAnswer(429, 'Too many requests were refused within a minute.');

/**
 * Takes a click in Slack: checks who sent it, sends the decision, and answers at once. Another function waits for the
 * outcome, since Slack waits three seconds only.
 */
export async function slackRequest(
  deps: ApproveDeps,
  refuse: RefuseAttempt,
  { method, headers, body }: HttpRequest,
): Promise<HttpAnswer> {
  const { configuration, approvals, slackSecret, clock } = deps;
  if (!configuration.settings.approvals?.slack) return textAnswer(404, 'Slack is not configured.');
  if (method !== 'POST') return textAnswer(405, 'Slack sends POST requests.');
  const turnedAway = async (statusCode: number, problem: string) =>
    (await refuse(notAuthentic(`Slack: ${problem}`))) === 'limited'
      ? LIMITED
      : textAnswer(statusCode, problem);

  const signature = headers['x-slack-signature'];
  const signed = { timestamp: headers['x-slack-request-timestamp'], signature, body };
  const problem = slackSignatureProblem(await slackSecret.read(), signed, clock.nowMs());
  if (problem !== undefined) return await turnedAway(401, problem);
  const click = slackClickIn(body.toString('utf8'));
  if (!click) return await turnedAway(400, 'the request is not a click on a button of Selfheal');
  if (!(await approvals.useOnce(`slack#${signature}`, clock.nowMs() + REMEMBERED_MS)))
    return await turnedAway(409, 'the request arrived before');
  return await decide(deps, refuse, click);
}

async function decide(deps: ApproveDeps, refuse: RefuseAttempt, click: SlackClick): Promise<HttpAnswer> {
  const { configuration, store, decisions, clock } = deps;
  const { command, proposalId, memberId, responseUrl } = click;
  const report = async (detail: Omit<SlackClickDetail, 'proposal' | 'responseUrl'>) => {
    const whole: SlackClickDetail = { ...detail, proposal: proposalId, responseUrl };
    await decisions.send({
      ...{ detailType: 'Selfheal Slack Click', source: APPROVALS_SOURCE, atMs: clock.nowMs() },
      detail: { ...whole },
    });
    return DONE;
  };
  const by = personInSlack(configuration.settings, memberId);
  if (by === undefined) {
    const detail = `Slack member ${memberId} is not listed under settings.approvals.people; add the ID as slack of a person`;
    await refuse(notAuthentic(detail), { by: memberId });
    return await report({ remark: 'You may not decide this: settings.approvals.people does not list you.' });
  }
  const { proposal } = await store.readHeldBack(proposalId);
  const refusal = proposal
    ? decisionRefusal(proposal, { command, by }, configuration.settings, clock.nowMs())
    : unknownProposal(proposalId);
  if (refusal) {
    await refuse(refusal, { by, proposal });
    return await report({ refused: { by, ...refusal } });
  }
  const sent = await putDecision(
    { events: decisions, clock },
    { source: APPROVALS_SOURCE, detail: { command, proposal: proposalId, by, reason: 'in Slack' } },
  );
  return await report({ sent });
}
