import { createHmac } from 'node:crypto';
import type { HttpRequest } from '../../functions/ports/http-exchange.ts';

/** The headers that Slack sends with a body, as its documentation says. */
export function signedBySlack(
  secret: string,
  body: string,
  atMs: number,
): { readonly 'x-slack-request-timestamp': string; readonly 'x-slack-signature': string } {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
}

export interface Click {
  readonly proposal: string;
  readonly user: string;
  readonly command?: 'approve' | 'deny';
  /** Each click has its own. */
  readonly triggerId?: string;
  readonly responseUrl?: string;
}

/** The body that Slack sends when somebody clicks a button. */
export function clickBody({
  proposal,
  user,
  command = 'approve',
  triggerId = '1.2',
  ...more
}: Click): string {
  const payload = {
    ...{ type: 'block_actions', api_app_id: 'A02', trigger_id: triggerId },
    user: { id: user, username: 'ada', team_id: 'T9TK3CUKW' },
    container: { type: 'message', message_ts: '1548261231.000200', channel_id: 'CBR2V3XEX' },
    response_url: more.responseUrl ?? 'https://hooks.slack.com/actions/T9TK3CUKW/1/abc',
    actions: [
      {
        ...{ type: 'button', action_id: `selfheal_${command}`, block_id: 'selfheal_proposal' },
        ...{ value: proposal, action_ts: '1548426417.840180' },
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** A click as Slack sends it. */
export function slackClick(secret: string, click: Click, atMs: number): HttpRequest {
  const body = clickBody(click);
  return {
    ...{ method: 'POST', path: '/slack', query: new URLSearchParams() },
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...signedBySlack(secret, body, atMs) },
    body: Buffer.from(body),
  };
}
