import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { matches } from './event-pattern.ts';
import { described, permissionsOf, roleOf } from './granted-permissions.ts';
import {
  APPROVALS_CONFIGURATION,
  CHANNELS_CONFIGURATION,
  SAMPLE_CONFIGURATION,
} from './sample-configuration.ts';
import { customEvent } from './sample-events.ts';
import { type Resource, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const stacks = synthesizeStacks(APPROVALS_CONFIGURATION);
const { approvals: template } = stacks;
if (!template) throw new Error('the configuration has approvals');

const properties = (type: string): readonly Resource['Properties'][] =>
  [...resourcesOf(template, type).values()].map((resource) => resource.Properties);
function grantsOf(functionName: string, of = template): readonly string[] {
  const lambda =
    of &&
    [...resourcesOf(of, 'AWS::Lambda::Function').values()].find(
      ({ Properties }) => Properties['FunctionName'] === functionName,
    );
  if (!(lambda && of)) throw new Error(`no function ${functionName}`);
  return permissionsOf(of, roleOf(lambda)).map(described);
}
const actionsOf = (functionName: string, of = template) => [
  ...new Set(grantsOf(functionName, of).map((grant) => grant.split(' ')[0])),
];

describe('the stack of approvals', () => {
  it('exists only if a person may approve besides the command line', () => {
    expect(synthesizeStacks(SAMPLE_CONFIGURATION).approvals).toBeUndefined();
  });

  it('is the only part that the internet reaches', () => {
    const reached = Object.values(stacks).flatMap((one) => [...resourcesOf(one, 'AWS::Lambda::Url').keys()]);
    expect(reached).toHaveLength(1);
    expect(properties('AWS::Lambda::Url')).toMatchObject([{ AuthType: 'NONE' }]);
  });

  it.each([
    ['by default', {}, [['selfheal-approve', 10]]],
    ['with `reserveConcurrency=true`', { reserveConcurrency: 'true' }, [['selfheal-approve', 10]]],
    ['but not in an account whose quota is too low', { reserveConcurrency: 'false' }, []],
  ])('uses a share of the concurrency at most, %s', (_, context, shares) => {
    const { approvals } = synthesizeStacks(APPROVALS_CONFIGURATION, context);
    const functions = approvals ? [...resourcesOf(approvals, 'AWS::Lambda::Function').values()] : [];
    expect(
      functions.flatMap(({ Properties: { FunctionName, ReservedConcurrentExecutions } }) =>
        ReservedConcurrentExecutions === undefined ? [] : [[FunctionName, ReservedConcurrentExecutions]],
      ),
    ).toEqual(shares);
  });

  it('sends each person no link but their own', () => {
    expect(properties('AWS::SNS::Subscription').filter(({ Protocol }) => Protocol === 'email')).toMatchObject(
      [{ Endpoint: 'ada@example.com', FilterPolicy: { person: ['ada'] } }],
    );
  });

  it('lets the function behind the address send decisions under their own source, and touch nothing else', () => {
    expect(actionsOf('selfheal-approve')).toEqual(
      expect.arrayContaining(['dynamodb:BatchGetItem', 'events:PutEvents', 'secretsmanager:GetSecretValue']),
    );
    expect(
      actionsOf('selfheal-approve').filter(
        (action) => !/^(dynamodb|events|secretsmanager|logs|xray):/.test(action ?? ''),
      ),
    ).toEqual([]);
    expect(grantsOf('selfheal-approve')).toContainEqual(
      expect.stringMatching(
        /^events:PutEvents on .*event-bus\/default if .*events:source=selfheal\.approvals/,
      ),
    );
  });

  it('lets no other function read Slack’s signing secret, or send decisions', () => {
    const grants = grantsOf('selfheal-notify-approvers');
    expect(grants.filter((grant) => grant.startsWith('secretsmanager:'))).toHaveLength(1);
    expect(grants.join('\n')).not.toContain('signing');
    expect(grants.join('\n')).not.toContain('selfheal.approvals');
    for (const name of ['dynamodb:PutItem', 'dynamodb:UpdateItem'])
      expect(actionsOf('selfheal-notify-approvers')).not.toContain(name);
  });

  it('grants nothing for a way that nobody uses', () => {
    const { approvals: byEmail } = synthesizeStacks(
      SAMPLE_CONFIGURATION.replace(
        'settings:\n',
        "settings:\n  approvals: { people: { ada: { email: 'ada@example.com' } } }\n",
      ),
    );
    expect(
      grantsOf('selfheal-approve', byEmail).filter((grant) => grant.startsWith('secretsmanager:')),
    ).toHaveLength(1);
    expect(actionsOf('selfheal-notify-approvers', byEmail)).not.toContain('events:PutEvents');
    expect(byEmail && [...resourcesOf(byEmail, 'AWS::Events::Rule').keys()]).toEqual([]);
  });

  it('has triage accept decisions under its source, only where it exists', () => {
    const takes = (yaml: string) =>
      [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()].some(
        ({ Properties: { EventPattern } }) =>
          EventPattern && matches(EventPattern, customEvent('selfheal.approvals', 'Selfheal Approval', {})),
      );
    expect(takes(APPROVALS_CONFIGURATION)).toBe(true);
    expect(takes(CHANNELS_CONFIGURATION)).toBe(false);
  });

  it('notifies the architect when something does not get through', () => {
    expect(properties('AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName)).toEqual([
      'SelfhealEngine-approvals-dead-letters',
      'SelfhealEngine-approve-errors',
      'SelfhealEngine-approve-throttles',
      'SelfhealEngine-notify-approvers-errors',
      'SelfhealEngine-notify-approvers-throttles',
    ]);
  });

  const slack =
    "slack: { signingSecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3' }";
  it.each([
    ['a person without a way to approve', 'people: { ada: {} }', 'people.ada'],
    [
      'a member of Slack where Slack is not set up',
      'people: { ada: { slack: U012AB3CD } }',
      'people.ada.slack',
    ],
    ['Slack without a member', `${slack}, people: { ada: { email: a@example.com } }`, 'slack'],
    ['a chat that is not declared', 'people: { ada: { channel: nowhere } }', 'people.ada.channel'],
    ['a pager as a chat', 'people: { ada: { channel: pager } }', 'people.ada.channel'],
    [
      'two people with one address',
      'people: { ada: { email: a@example.com }, grace: { email: a@example.com } }',
      'people.grace.email',
    ],
    ['nobody', 'people: {}', 'people'],
    [
      'a display name instead of a member ID',
      `${slack}, people: { ada: { slack: '@ada' } }`,
      'people.ada.slack',
    ],
  ])('is refused with %s', (_, approvals, path) => {
    const yaml = CHANNELS_CONFIGURATION.replace('settings:\n', `settings:\n  approvals: { ${approvals} }\n`);
    const loaded = loadConfiguration(yaml, 'selfheal.yaml');
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.path)).toContain(
      `settings.approvals.${path}`,
    );
  });
});
