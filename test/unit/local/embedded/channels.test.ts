import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DestinationRequest } from '../../../../local/embedded/event-bridge/api-destination.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { startWebhookServer, type WebhookServer } from '../../../factories/deployed-watchdog/webhook.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-a1b2c3`;
const SECRETS: Readonly<Record<string, string>> = {
  [arn('slack')]: 'https://hooks.slack.com/services/T0/B0/secret',
  [arn('teams')]:
    'https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=secret',
};
const CHANNELS = {
  chat: { type: 'slack', secretArn: arn('slack') },
  team: { type: 'teams', secretArn: arn('teams') },
  pager: { type: 'pagerduty', region: 'eu', secretArn: arn('pagerduty') },
  genie: { type: 'opsgenie', secretArn: arn('opsgenie') },
  tickets: {
    type: 'jira',
    url: 'https://example.atlassian.net',
    user: 'bot@example.com',
    project: 'OPS',
    secretArn: arn('jira'),
  },
  desk: {
    type: 'servicenow',
    url: 'https://example.service-now.com',
    user: 'bot',
    secretArn: arn('servicenow'),
  },
  hook: { type: 'webhook', url: 'https://hooks.example.com/selfheal', secretArn: arn('webhook') },
};
const secretOf = (of: string) => SECRETS[of] ?? `secret of ${of}`;
const ALIAS = 'selfheal-000000000000-us-east-1-web';

/** Sends a request to a server on this machine, with the vendor's host as the first part of its path. */
async function forwarded({ method, url, headers, body }: DestinationRequest, to: string): Promise<void> {
  const { host, pathname, search } = new URL(url);
  const { status } = await fetch(new URL(`/${host}${pathname}${search}`, to), { method, headers, body });
  expect(status).toBe(204);
}

describe('every channel, over deployed rules and API destinations,', () => {
  let server: WebhookServer;
  const requests: DestinationRequest[] = [];
  const received = (host: string) =>
    server.calls
      .filter(({ path }) => path.startsWith(`/${host}/`))
      .map(({ path, headers, body }) => ({ path, headers, body: JSON.parse(body) }));

  beforeAll(async () => {
    server = await startWebhookServer();
    const lab = await createLab({
      configuration: configured({
        settings: { notify: { channels: CHANNELS } },
        components: { web: withMemoryAlarm() },
        strategies: [
          { maxAttempts: 2, verify: { timeoutSeconds: 20, stableSeconds: 10 }, cooldownSeconds: 60 },
        ],
      }),
      outside: { secretOf, call: (request) => void requests.push(request) },
      // Every event arrives twice, and in no particular order.
      planDelivery: ({ event }) => (event.source === 'selfheal' ? [50, 900] : [60]),
    });
    lab.services.sicken('web', { curedBy: [] });
    await lab.cloud.alarms.setAlarmState(memoryAlarm(), 'ALARM', 'memory is too high');
    expect(await lab.settle()).toBe(true);
    await lab.clock.advance(30 * MINUTE_MS);
    await lab.cloud.alarms.setAlarmState(memoryAlarm(), 'OK', 'a person repaired it');
    await lab.clock.advance(3 * MINUTE_MS);
    expect(lab.cloud.defects()).toEqual([]);
    expect(lab.cloud.notifier.notifications().length).toBeGreaterThanOrEqual(3);
    await Promise.all(requests.map((request) => forwarded(request, server.url)));
    lab.cloud.close();
  }, 60_000);
  afterAll(() => server.stop());

  it('pages for each failure of an incident under one key, and resolves it once', () => {
    const events = received('events.eu.pagerduty.com');
    // The rule delivers each event twice. PagerDuty recognises by the key what it has already got.
    const actions = events.map(({ body }) => body.event_action);
    expect(actions.slice(0, -2)).toEqual(Array(actions.length - 2).fill('trigger'));
    expect(actions.slice(-2)).toEqual(['resolve', 'resolve']);
    expect(actions.length).toBeGreaterThan(4);
    expect(new Set(events.map(({ body }) => body.dedup_key))).toEqual(new Set([ALIAS]));
    expect(new Set(events.map(({ path }) => path))).toEqual(new Set(['/events.eu.pagerduty.com/v2/enqueue']));
    expect(events[0]?.body).toMatchObject({
      routing_key: secretOf(arn('pagerduty')),
      payload: { severity: 'error', component: 'web', source: 'web' },
    });
  });

  it('opens an alert in Opsgenie and closes it by its alias', () => {
    const alerts = received('api.opsgenie.com');
    expect(new Set(alerts.map(({ path }) => path))).toEqual(
      new Set([
        '/api.opsgenie.com/v2/alerts',
        `/api.opsgenie.com/v2/alerts/${ALIAS}/close?identifierType=alias`,
      ]),
    );
    expect(alerts[0]).toMatchObject({
      headers: { authorization: `GenieKey ${secretOf(arn('opsgenie'))}` },
      body: { alias: ALIAS, priority: 'P2' },
    });
  });

  it('posts every notice to the chats, each at its secret address', () => {
    const messages = received('hooks.slack.com');
    expect(messages.length).toBeGreaterThanOrEqual(4);
    expect(messages[0]?.path).toBe('/hooks.slack.com/services/T0/B0/secret');
    expect(messages.at(-1)?.body.text).toContain('web has recovered');
    const [card] = received('prod-1.westeurope.logic.azure.com');
    expect(card?.path).toMatch(/\?sig=secret$/);
    expect(card?.body.attachments[0].content.type).toBe('AdaptiveCard');
  });

  it('files a ticket for the incident, and none for its end', () => {
    const [issue, ...issues] = received('example.atlassian.net');
    const basic = Buffer.from(`bot@example.com:${secretOf(arn('jira'))}`).toString('base64');
    expect(issue).toMatchObject({
      path: '/example.atlassian.net/rest/api/3/issue',
      headers: { authorization: `Basic ${basic}` },
      body: { fields: { project: { key: 'OPS' } } },
    });
    // The rule's second delivery of the same event.
    expect(issues).toHaveLength(1);
    expect(received('example.service-now.com')[0]).toMatchObject({
      path: '/example.service-now.com/api/now/table/incident',
      body: { correlation_id: ALIAS },
    });
  });

  it('hands the structured notice to a webhook, with its key', () => {
    const [first] = received('hooks.example.com');
    expect(first).toMatchObject({
      headers: { 'x-api-key': secretOf(arn('webhook')), 'content-type': 'application/json; charset=utf-8' },
      body: { component: 'web', incident: { key: ALIAS, change: 'open' } },
    });
  });
});
