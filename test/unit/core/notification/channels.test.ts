import type { KnownBlock } from '@slack/types';
import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import { describe, expect, it } from 'vitest';
import { channel as channelSchema } from '../../../../functions/core/configuration/schema/channel-schema.ts';
import { channelRequest } from '../../../../functions/core/notification/channel-request.ts';
import type { JiraIssue } from '../../../../functions/core/notification/channels/jira.ts';
import type { OpsgenieRequest } from '../../../../functions/core/notification/channels/opsgenie.ts';
import type { PagerDutyEvent } from '../../../../functions/core/notification/channels/pagerduty.ts';
import type { ServiceNowIncident } from '../../../../functions/core/notification/channels/servicenow.ts';
import type { SlackMessage } from '../../../../functions/core/notification/channels/slack.ts';
import type { TeamsMessage } from '../../../../functions/core/notification/channels/teams.ts';
import { bytesOf } from '../../../../functions/core/notification/fitted.ts';
import type { Notice } from '../../../../functions/core/notification/notice.ts';
import { failedNotice, longestNotice } from './notices.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const MORE: Readonly<Record<string, object>> = {
  jira: { url: 'https://example.atlassian.net', user: 'bot@example.com', project: 'OPS' },
  servicenow: { url: 'https://example.service-now.com', user: 'bot' },
  webhook: { url: 'https://hooks.example.com/selfheal' },
};

function requestTo<Body extends object>(type: string, notice: Notice): Body {
  const body = channelRequest(channelSchema.parse({ type, secretArn, ...MORE[type] }), notice);
  if (body === undefined) throw new Error(`${type}: no request`);
  return body as Body;
}

/** What Microsoft’s own parser of Adaptive Cards objects to in a card, by the version that Teams supports. */
function objectionsTo(content: object): readonly string[] {
  const context = new SerializationContext(Versions.v1_4);
  const card = new AdaptiveCard();
  card.parse(content, context);
  const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...parsing, ...card.validateProperties().validationEvents.map(({ message }) => message)];
}

const NOTICES: readonly (readonly [string, () => Notice])[] = [
  ['a failed repair', failedNotice],
  ['a notice that is too long in every part', longestNotice],
];
const resolved = (): Notice => ({
  ...failedNotice(),
  incident: { key: 'selfheal-1-r-web', change: 'resolve' },
});
const plain = (): Notice => {
  const { incident: _, ...notice } = failedNotice();
  return notice;
};

describe.each(NOTICES)('for %s', (_, notice) => {
  it('a message to Slack keeps to the limits of Block Kit', () => {
    const { text, blocks } = requestTo<SlackMessage>('slack', notice());
    // Slack’s own types: the compiler refuses a field that Block Kit does not have.
    const known: readonly KnownBlock[] = blocks;
    expect(known.length).toBeLessThanOrEqual(50);
    expect(text.length).toBeLessThanOrEqual(4_000);
    for (const block of blocks) {
      expect(block.text.text.length).toBeGreaterThan(0);
      expect(block.text.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
    }
  });

  it('an Adaptive Card is accepted by Microsoft’s parser, within what Teams accepts', () => {
    const message = requestTo<TeamsMessage>('teams', notice());
    const { content } = message.attachments[0];
    expect(objectionsTo(content)).toEqual([]);
    // The parser objects to what it does not know.
    expect(objectionsTo({ ...content, body: [{ type: 'TextBlock', text: 'a', size: 'Huge' }] })).toHaveLength(
      1,
    );
    expect(bytesOf(message)).toBeLessThanOrEqual(28_000);
  });

  it('an event for PagerDuty keeps to the limits of Events API v2', () => {
    const event = requestTo<PagerDutyEvent>('pagerduty', notice());
    if (event.event_action !== 'trigger') throw new Error('not a trigger');
    expect(event.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(event.dedup_key.length).toBeLessThanOrEqual(255);
    expect(['info', 'warning', 'error', 'critical']).toContain(event.payload.severity);
    expect(event.payload.source).not.toBe('');
    expect(bytesOf(event)).toBeLessThanOrEqual(512_000);
  });

  it('an alert for Opsgenie keeps to the limits of its fields', () => {
    const alert = requestTo<Extract<OpsgenieRequest, { alias: string }>>('opsgenie', notice());
    expect(alert.message.length).toBeLessThanOrEqual(130);
    expect(alert.alias.length).toBeLessThanOrEqual(512);
    expect(alert.description.length).toBeLessThanOrEqual(15_000);
    expect(alert.priority).toMatch(/^P[1-5]$/);
  });

  it('an issue for Jira has a one-line summary and no empty text node', () => {
    const { fields } = requestTo<JiraIssue>('jira', notice());
    expect(fields.summary).toMatch(/^.{1,255}$/su);
    expect(fields.summary).not.toContain('\n');
    expect(JSON.stringify(fields.description)).not.toContain('"text":""');
    expect(fields).toMatchObject({ project: { key: 'OPS' }, issuetype: { name: 'Task' } });
    expect(bytesOf(fields.description)).toBeLessThanOrEqual(32_767);
  });

  it('an incident for ServiceNow fits the columns of its table', () => {
    const incident = requestTo<ServiceNowIncident>('servicenow', notice());
    expect(incident.short_description.length).toBeLessThanOrEqual(160);
    expect(incident.description.length).toBeLessThanOrEqual(4_000);
    expect(incident.correlation_id.length).toBeLessThanOrEqual(100);
    expect(incident.urgency).toMatch(/^[123]$/);
  });

  it('a request to a webhook fits an event', () => {
    expect(bytesOf(requestTo('webhook', notice()))).toBeLessThanOrEqual(200_000);
  });
});

describe('a proposal in a channel', () => {
  const proposed = (): Notice => ({ ...plain(), proposalId: 'p-1' });
  const blocks = (notice: Notice, options?: { readonly hasButtons: boolean }) => {
    const body = channelRequest(channelSchema.parse({ type: 'slack', secretArn }), notice, options);
    return (body as SlackMessage).blocks.map(({ type }) => type as string);
  };

  it('has buttons in Slack where people may press them, and only a proposal has', () => {
    expect(blocks(proposed(), { hasButtons: true }).at(-1)).toBe('actions');
    expect(blocks(proposed(), { hasButtons: false })).not.toContain('actions');
    expect(blocks(proposed())).not.toContain('actions');
    expect(blocks(plain(), { hasButtons: true })).not.toContain('actions');
  });

  it('is sent as it is to a webhook', () => {
    expect(requestTo('webhook', proposed())).toEqual(proposed());
  });
});

describe('a channel', () => {
  it.each(['slack', 'teams', 'webhook'])('shows every notice if its type is %s', (type) => {
    expect(bytesOf(requestTo(type, plain()))).toBeGreaterThan(200);
    expect(JSON.stringify(requestTo(type, failedNotice()))).toContain('memory-exhaustion');
  });

  it.each(['pagerduty', 'opsgenie', 'jira', 'servicenow'])(
    'receives nothing but incidents if its type is %s',
    (type) => {
      expect(() => requestTo(type, plain())).toThrow(`${type}: no request`);
    },
  );

  it('resolves the page that it opened, by the same key', () => {
    const key = 'selfheal-1-r-web';
    expect(requestTo('pagerduty', resolved())).toEqual({ event_action: 'resolve', dedup_key: key });
    expect(requestTo('opsgenie', resolved())).toEqual({
      source: 'selfheal',
      note: failedNotice().message,
    });
  });

  it.each(['jira', 'servicenow'])('gets no ticket for a recovery if its type is %s', (type) => {
    expect(() => requestTo(type, resolved())).toThrow(`${type}: no request`);
  });

  it('shows text from a host as text if its type is slack', () => {
    const message = requestTo<SlackMessage>('slack', { ...failedNotice(), message: '<!channel> a & b' });
    expect(message.blocks[1]?.text.text).toBe('&lt;!channel&gt; a &amp; b');
  });

  it('shows text from a host as text if its type is teams', () => {
    const message = requestTo<TeamsMessage>('teams', {
      ...failedNotice(),
      message: '[a](https://evil.example)',
    });
    expect(message.attachments[0].content.body[1]).toMatchObject({
      text: String.raw`\[a\](https://evil.example)`,
    });
  });
});
