import { expect } from 'vitest';
import { SLACK_SIGNING_SECRET } from '../../../../local/embedded/approvals.ts';
import { OPERATOR } from '../../../factories/events/selfheal-event.ts';
import { clickBody, signedBySlack } from '../../../factories/slack-request.ts';
import { HOST, type TargetPlan } from '../target-configuration.ts';
import type { TargetPlace } from '../target-place.ts';
import type { TargetScenario } from './target-scenario.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** Minutes until messages to people have been sent, and until their decision has been carried out. */
const SENT_AFTER = 2;
const DONE_AFTER = 10;
/** Minutes until an incident is over whose component has recovered. */
const OVER_AFTER = 20;
const RESTARTING = { type: 'start_component' };
const ALARM = { memory: { metric: 'memory', threshold: 90, dimensions: {} } };

const secretArn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-a1b2c3`;
const CHANNELS = {
  chat: { type: 'slack', topics: ['architect'], secretArn: secretArn('chat') },
  team: { type: 'teams', secretArn: secretArn('teams') },
  pager: { type: 'pagerduty', secretArn: secretArn('pagerduty') },
};

/** A repair that one person may approve. @param person by which ways */
const proposing = (person: object, more: object = {}): TargetPlan => ({
  actions: [RESTARTING],
  strategy: { mode: 'propose' },
  settings: { approvals: { people: { ada: person }, ...more }, notify: { channels: CHANNELS } },
});

const SLACK = proposing({ slack: 'U0ADA' }, { slack: { signingSecretArn: secretArn('slack') } });

/** @returns the proposal's id */
async function proposed({ cloud, pass }: TargetPlace): Promise<string> {
  const detail = { component: 'web', metric: 'memory', severity: 'CRITICAL' };
  cloud.bus.putEvent({ source: 'selfheal', detailType: 'Selfheal Signal', detail });
  await pass(SENT_AFTER);
  const [proposal] = await cloud.store.listProposals(1);
  return proposal?.operation.operationId ?? '';
}

interface PageRequest {
  /** @default POST */
  readonly method?: 'GET';
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request to the function URL, and its answer's status. */
async function requested(
  { cloud, pass }: TargetPlace,
  { method, path, query = '', headers = {}, body = '' }: PageRequest,
): Promise<number | undefined> {
  const answer = cloud.lambda.invoke('selfheal-approve', {
    ...{ rawPath: path, rawQueryString: query, headers: { ...FORM, ...headers } },
    requestContext: { http: { method: method ?? 'POST' } },
    ...{ body: Buffer.from(body).toString('base64'), isBase64Encoded: true },
  });
  await pass(DONE_AFTER);
  return ((await answer) as { readonly payload?: { readonly statusCode?: number } }).payload?.statusCode;
}

/** @param proposal @default a new one */
async function clicked(
  place: TargetPlace,
  secret = SLACK_SIGNING_SECRET,
  proposal?: string,
): Promise<number | undefined> {
  const body = clickBody({ proposal: proposal ?? (await proposed(place)), user: 'U0ADA' });
  const headers = signedBySlack(secret, body, place.nowMs());
  return await requested(place, { path: '/slack', headers, body });
}

/** Decides by the link in the first text that has one. */
async function decided(place: TargetPlace, texts: () => readonly string[]): Promise<number | undefined> {
  await proposed(place);
  const query = /link\?(?<query>t=[\w.~-]+)/.exec(texts().join())?.groups?.['query'] ?? '';
  expect(await requested(place, { method: 'GET', path: '/link', query })).toBe(200);
  return await requested(place, { path: '/link', query, body: 'command=approve' });
}

async function repaired({ cloud }: TargetPlace): Promise<void> {
  const [operation] = await cloud.store.listOperations(1);
  expect(operation).toMatchObject({ component: 'web', state: 'COMPLETED' });
}

const sentTo = ({ calls }: TargetPlace, text: string) =>
  calls()
    .filter(({ url, body }) => `${url} ${body}`.includes(text))
    .map(({ body }) => body);

/** Components that a failed repair calls people about, and that recover by themselves. */
async function recovered(place: TargetPlace, ...components: readonly string[]): Promise<void> {
  const { cloud, fail, pass } = place;
  fail('start_component');
  for (const name of components)
    await cloud.alarms.setAlarmState(`selfheal-${name}-memory`, 'ALARM', 'too much memory');
  await pass(DONE_AFTER);
  expect(sentTo(place, '"event_action":"trigger"')).not.toEqual([]);
  for (const name of components)
    await cloud.alarms.setAlarmState(`selfheal-${name}-memory`, 'OK', 'fine again');
  await pass(OVER_AFTER);
  expect(sentTo(place, '"event_action":"resolve"')).not.toEqual([]);
}

const PAGED: TargetPlan = {
  component: { service: 'web.service', alarms: ALARM },
  actions: [RESTARTING],
  strategy: { maxAttempts: 1 },
  settings: { notify: { channels: CHANNELS } },
};

/** How people are notified by channels, and decide by Slack and by links. */
export const PEOPLE: readonly TargetScenario[] = [
  {
    name: 'approves by a click in Slack, and shows whose it was',
    plan: SLACK,
    run: async (place) => {
      expect(await clicked(place)).toBe(200);
      await repaired(place);
      expect(JSON.stringify(place.cloud.approvals.slackAnswers)).toContain('Approved by ada');
    },
  },
  {
    name: 'refuses a forged click on record',
    plan: SLACK,
    run: async (place) => {
      expect(await clicked(place, 'guessed')).toBe(401);
      const refusals = await place.cloud.store.listRefusals('unknown', 10);
      expect(refusals.map(({ reason }) => reason)).toContain('NOT_AUTHENTIC');
    },
  },
  {
    name: 'shows in Slack why an approval was refused',
    plan: SLACK,
    run: async (place) => {
      const proposal = await proposed(place);
      const detail = { command: 'exclude', component: 'web', reason: 'migration' };
      place.cloud.bus.putEvent({ source: OPERATOR, detailType: 'Selfheal Control', detail });
      await place.pass(SENT_AFTER);
      expect(await clicked(place, SLACK_SIGNING_SECRET, proposal)).toBe(200);
      expect(JSON.stringify(place.cloud.approvals.slackAnswers)).toContain('migration');
    },
  },
  {
    name: 'approves by a link in an e-mail',
    plan: proposing({ email: 'ada@example.com' }),
    run: async (place) => {
      const mails = () => place.cloud.approvals.mails.map(({ text }) => text);
      expect(await decided(place, mails)).toBe(200);
      await repaired(place);
    },
  },
  {
    name: 'approves by a link in a chat',
    plan: proposing({ channel: 'team' }),
    run: async (place) => {
      expect(await decided(place, () => place.calls().map(({ body }) => body))).toBe(200);
      await repaired(place);
    },
  },
  {
    name: 'opens an incident at a pager, and resolves it once the component has recovered',
    plan: PAGED,
    run: async (place) => await recovered(place, 'web'),
  },
  {
    name: 'resolves the incident of several components once all have recovered',
    plan: {
      ...PAGED,
      more: {
        components: Object.fromEntries(
          ['web', 'database'].map((name) => [
            name,
            {
              targets: { instanceIds: [HOST] },
              service: `${name}.service`,
              alarms: ALARM,
              ...(name === 'web' && { dependsOn: ['database'] }),
            },
          ]),
        ),
      },
      strategy: { maxAttempts: 1, components: ['web', 'database'] },
    },
    run: async (place) => await recovered(place, 'database', 'web'),
  },
];
