import { createMemoryApprovalStore } from '../../../../functions/adapters/memory/approval-store.ts';
import { answerRequest } from '../../../../functions/app/approvals/answer-request.ts';
import { sendLinks, showOutcome } from '../../../../functions/app/approvals/notify-approvers.ts';
import { createRefuseAttempt } from '../../../../functions/app/approvals/refuse-attempt.ts';
import type { SlackClickDetail } from '../../../../functions/app/approvals/slack-click-detail.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { operationIdOf } from '../../../../functions/core/operation/operation-id.ts';
import { NOBODY } from '../../../../functions/core/signal/named-component.ts';
import type { ApproverMail } from '../../../../functions/ports/approvals.ts';
import type { ChannelDelivery } from '../../../../functions/ports/channels.ts';
import type { HttpAnswer, HttpRequest } from '../../../../functions/ports/http-exchange.ts';
import type { OperatorEvent } from '../../../../functions/ports/operator-events.ts';
import { configured } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';
import { type Click, slackClick } from '../../../factories/slack-request.ts';

export const PROPOSAL = operationIdOf({ component: 'web', signalId: 'event-1', occurredAtMs: NOON });
export const SECRET = 'slack-signing-secret';
export const ADA_IN_SLACK = 'U0ADA';
export const GRACE_IN_SLACK = 'U0GRACE';
export const ADA_IN_IAM = 'arn:aws:iam::123456789012:user/ada';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const SETTINGS = {
  mode: 'propose',
  approvals: {
    slack: { signingSecretArn: secretArn },
    people: {
      ada: { slack: ADA_IN_SLACK, email: 'ada@example.com', arn: ADA_IN_IAM },
      grace: { slack: GRACE_IN_SLACK, channel: 'direct' },
    },
  },
  notify: { channels: { direct: { type: 'teams', secretArn }, team: { type: 'slack', secretArn } } },
};

/** Selfheal with a proposal for `web`, and everything by which people approve. */
export async function approvalsLab(parts: Parameters<typeof configured>[0] = {}) {
  const world = createWorld(configured({ ...parts, settings: { ...SETTINGS, ...parts.settings } }));
  await triage(world, signalEvent({ component: 'web', metric: 'memory', current: 97, threshold: 90 }));
  const sent: OperatorEvent[] = [];
  const mails: Parameters<ApproverMail['send']>[0][] = [];
  const deliveries: ChannelDelivery[] = [];
  const answers: { readonly url: string; readonly message: Readonly<Record<string, unknown>> }[] = [];
  const deps = {
    ...world,
    approvals: createMemoryApprovalStore(),
    decisions: {
      send: async (event: OperatorEvent) => {
        const id = `approval-${sent.push(event)}`;
        const { source, detailType, detail, atMs } = event;
        const { account, region } = world.home;
        const time = new Date(atMs).toISOString();
        if (detailType === 'Selfheal Approval')
          await triage(world, {
            id,
            source,
            account,
            region,
            resources: [],
            time,
            'detail-type': detailType,
            detail,
          });
        return id;
      },
    },
    linkKey: { read: async () => 'link-key' },
    linkAddress: { base: () => 'https://approvals.example.com' },
    slackSecret: { read: async () => SECRET },
    slackResponses: {
      post: async (url: string, message: object) => void answers.push({ url, message: { ...message } }),
    },
    approverMail: { send: async (mail: (typeof mails)[number]) => void mails.push(mail) },
    channels: { deliver: async (more: readonly ChannelDelivery[]) => void deliveries.push(...more) },
  };
  const refuse = createRefuseAttempt(deps);
  const ask = (request: HttpRequest): Promise<HttpAnswer> => answerRequest(deps, refuse, request);
  let clicks = 0;
  return {
    world,
    deps,
    sent,
    mails,
    deliveries,
    answers,
    ask,
    /** A click in Slack, and what the other function shows afterwards. */
    click: async (click: Partial<Click> = {}): Promise<HttpAnswer> => {
      clicks += 1;
      const whole = { proposal: PROPOSAL, user: ADA_IN_SLACK, triggerId: String(clicks), ...click };
      const before = sent.length;
      const answer = await ask(slackClick(SECRET, whole, world.clock.now));
      for (const { detailType, detail } of sent.slice(before))
        if (detailType === 'Selfheal Slack Click')
          await showOutcome(deps, detail as unknown as SlackClickDetail);
      return answer;
    },
    sendLinks: () => sendLinks(deps, PROPOSAL),
    proposal: async () => (await world.store.readHeldBack(PROPOSAL)).proposal,
    refusals: async (component = NOBODY) => await world.store.listRefusals(component, 50),
    /** The address of the link that somebody was sent. */
    linkOf: async (person: 'ada' | 'grace'): Promise<URL> => {
      await sendLinks(deps, PROPOSAL);
      const text =
        person === 'ada'
          ? mails.find((mail) => mail.person === person)?.text
          : JSON.stringify(deliveries.find(({ channel }) => channel === 'direct')?.body);
      return new URL(/https:\/\/approvals[^\s"]+/.exec(text ?? '')?.[0] ?? '');
    },
  };
}

export function linkRequest(
  url: URL,
  method: string,
  form: Readonly<Record<string, string>> = {},
): HttpRequest {
  return {
    ...{ method, path: url.pathname, query: url.searchParams, headers: {} },
    body: Buffer.from(new URLSearchParams(form).toString()),
  };
}
