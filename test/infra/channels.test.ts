import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { matches } from './event-pattern.ts';
import { described, permissionsOf, roleOf } from './granted-permissions.ts';
import { CHANNELS_CONFIGURATION, SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { customEvent } from './sample-events.ts';
import { type Resource, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const { channels: template } = synthesizeStacks(CHANNELS_CONFIGURATION);
if (!template) throw new Error('the configuration has channels');

const properties = (type: string): readonly Resource['Properties'][] =>
  [...resourcesOf(template, type).values()].map((resource) => resource.Properties);
const rules = properties('AWS::Events::Rule');

describe('the stack of the channels', () => {
  it('exists only if a channel is configured', () => {
    expect(synthesizeStacks(SAMPLE_CONFIGURATION).channels).toBeUndefined();
  });

  it('calls each vendor at its address, and Opsgenie at one for each change', () => {
    const addresses = properties('AWS::Events::ApiDestination').map(
      ({ InvocationEndpoint }) => InvocationEndpoint as string,
    );
    expect(addresses.map((address) => address.replace(/secret:.*/, 'secret'))).toEqual([
      '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret',
      '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret',
      'https://events.pagerduty.com/v2/enqueue',
      'https://api.eu.opsgenie.com/v2/alerts',
      'https://api.eu.opsgenie.com/v2/alerts/*/close',
      'https://example.atlassian.net/rest/api/3/issue',
      'https://example.service-now.com/api/now/table/incident',
      'https://hooks.example.com/notices',
    ]);
  });

  it('holds no secret, only references to them', () => {
    const text = JSON.stringify(properties('AWS::Events::Connection'));
    expect(text.match(/\{\{resolve:secretsmanager:[^}]+\}\}/g)).toHaveLength(5);
    expect(text).not.toMatch(/"(Password|ApiKeyValue)":"(?!(GenieKey )?\{\{resolve|selfheal")/);
  });

  it('sends a channel only what is written for it, without the envelope', () => {
    const sent = (detail: Readonly<Record<string, unknown>>) =>
      customEvent('selfheal', 'Selfheal Notification', detail);
    const matching = (detail: Readonly<Record<string, unknown>>) =>
      rules
        .filter(({ EventPattern }) => EventPattern && matches(EventPattern, sent(detail)))
        .flatMap(({ Targets }) => Targets as readonly { readonly InputPath?: string }[]);
    for (const name of ['chat', 'team', 'pager', 'tickets', 'desk', 'hook'])
      expect(matching({ channel: name, request: 'open' })).toMatchObject([{ InputPath: '$.detail.body' }]);
    expect(matching({ channel: 'genie', request: 'open' })).toHaveLength(1);
    expect(matching({ channel: 'genie', request: 'resolve' })).toMatchObject([
      { HttpParameters: { PathParameterValues: ['$.detail.key'] } },
    ]);
    expect(matching({ channel: 'other', request: 'open' })).toEqual([]);
    expect(
      rules.some(
        ({ EventPattern }) =>
          EventPattern && matches(EventPattern, { ...sent({ channel: 'chat' }), account: '999999999999' }),
      ),
    ).toBe(false);
  });

  it('keeps what a channel does not accept, and has alarms for it', () => {
    const targets = rules.flatMap(({ Targets }) => Targets as readonly object[]);
    expect(targets.every((target) => 'DeadLetterConfig' in target && 'RetryPolicy' in target)).toBe(true);
    expect(properties('AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName)).toEqual([
      'SelfhealEngine-channels-dead-letters',
      'SelfhealEngine-notify-channels-errors',
      'SelfhealEngine-notify-channels-throttles',
    ]);
  });

  it('subscribes to the topics that a channel wants', () => {
    expect(properties('AWS::SNS::Subscription').map(({ Protocol }) => Protocol)).toEqual([
      'lambda',
      'lambda',
    ]);
  });

  it('lets its function keep incidents, read alarms and put events, and nothing else', () => {
    const [notify] = resourcesOf(template, 'AWS::Lambda::Function').values();
    if (!notify) throw new Error('no function');
    const actions = permissionsOf(template, roleOf(notify)).map(({ action }) => action);
    expect([...new Set(actions)].sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'events:PutEvents',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    expect(permissionsOf(template, roleOf(notify)).map(described)).toContainEqual(
      expect.stringMatching(/^events:PutEvents on .*event-bus\/default if .*events:source=selfheal/),
    );
  });

  it.each([
    ['a name that is too long', 'x'.repeat(40), "{ type: slack, secretArn: 'SECRET' }"],
    ['a secret in the file', 'chat', "{ type: slack, secretArn: 'https://hooks.slack.com/services/T/B/X' }"],
    [
      'a path in the address of a site',
      'jira',
      "{ type: jira, url: 'https://a.example/x', user: u, project: OPS, secretArn: 'SECRET' }",
    ],
    ['an unknown type', 'fax', "{ type: fax, secretArn: 'SECRET' }"],
  ])('is refused with %s', (_, name, channel) => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
    const yaml = `settings: { notify: { channels: { ${name}: ${channel.replace('SECRET', secret)} } } }\n`;
    const loaded = loadConfiguration(
      yaml + SAMPLE_CONFIGURATION.replace(/settings:[\s\S]*?components:/, 'components:'),
      'selfheal.yaml',
    );
    expect(loaded.ok).toBe(false);
    if (!loaded.ok)
      expect(loaded.problems.every(({ path }) => path.startsWith('settings.notify.channels'))).toBe(true);
  });
});
