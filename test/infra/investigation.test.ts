import { describe, expect, it } from 'vitest';
import { ALLOWED_ON_ANYTHING } from './expected-permissions.ts';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (web = '', pay = '', settings = '') => `
settings: { ${settings} }
components:
  web: { targets: { instanceIds: [i-0a1b2c3d4e5f60001] }, service: nginx.service, ${web} alarms: { status: { metric: status_check, threshold: 1 } } }
  pay: { targets: { ecsService: prod/pay }, ${pay} }
strategies:
  - { id: restart, components: [web], trigger: { metrics: [status_check] }, actions: [{ type: start_component }] }
`;

function stackOf(yaml: string) {
  const { investigation } = synthesizeStacks(yaml);
  if (!investigation) throw new Error('there is no stack of investigations');
  const functions = [...resourcesOf(investigation, 'AWS::Lambda::Function').values()];
  expect(functions.map(({ Properties }) => Properties['FunctionName'])).toEqual(['selfheal-investigate']);
  const [investigate] = functions;
  return {
    template: investigation,
    permissions: permissionsOf(investigation, investigate ? roleOf(investigate) : ''),
  };
}

/** What the function may read about components: `<action> on <resource>`. */
function granted(yaml: string): readonly string[] {
  const { permissions } = stackOf(yaml);
  const unscoped = permissions.filter(({ resource }) => resource === '*').map(({ action }) => action);
  const reasons = Object.values(ALLOWED_ON_ANYTHING);
  expect(unscoped.filter((action) => !reasons.some((actions) => actions.test(action)))).toEqual([]);
  return permissions
    .filter(
      ({ action }) =>
        !/^(?:dynamodb|kms|sns|sqs):|^xray:Put|^logs:(?:CreateLogStream|PutLogEvents)$/.test(action),
    )
    .map(({ action, resource }) => `${action} on ${resource.replace(/^arn:.*?:(?=log-group)/, '')}`)
    .sort();
}

describe('the stack of investigations', () => {
  it('is there only if something is to be read', () => {
    expect(synthesizeStacks(text()).investigation).toBeUndefined();
    expect(synthesizeStacks(text('logs: [/web],')).investigation).toBeDefined();
  });

  it('lets its function search the log groups of components, by name, and no others', () => {
    expect(granted(text('logs: [/web, /shared],', 'logs: [/shared]'))).toEqual([
      'logs:GetQueryResults on *',
      'logs:StartQuery on log-group:/shared:*',
      'logs:StartQuery on log-group:/web:*',
      'logs:StopQuery on *',
    ]);
  });

  it('lets it look up events of CloudTrail only if it is to', () => {
    const trail = text('', '', 'investigate: [cloudtrail]');
    expect(granted(trail)).toEqual(['cloudtrail:LookupEvents on *']);
  });

  it('lets it read summaries of X-Ray’s traces only if it is to', () => {
    const traces = text('', '', 'investigate: [xray]');
    expect(granted(traces)).toEqual(['xray:GetTraceSummaries on *']);
  });

  it('lets it read and keep steps of operations, and tell the architect', () => {
    const { permissions } = stackOf(text('logs: [/web],'));
    const actions = permissions
      .map(({ action }) => action)
      .filter((action) => /^(?:dynamodb|sns):/.test(action));
    expect([...new Set(actions)].sort()).toEqual([
      ...['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action}`),
      'sns:Publish',
    ]);
  });

  it('lets Lambda receive from the queue of its stack, and no other', () => {
    const { permissions } = stackOf(text('logs: [/web],'));
    const ofQueues = permissions.filter(({ action }) => action.startsWith('sqs:'));
    expect(ofQueues.map(({ action }) => action).sort()).toEqual([
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    ]);
    expect([...new Set(ofQueues.map(({ resource }) => resource))]).toEqual([
      expect.stringMatching(/Waiting/),
    ]);
  });

  it('investigates two operations at a time, each on its own, three times if it fails', () => {
    const { template } = stackOf(text('logs: [/web],'));
    const [queue] = [...resourcesOf(template, 'AWS::SQS::Queue').values()];
    expect(queue?.Properties).toMatchObject({ VisibilityTimeout: 1_200, MessageRetentionPeriod: 3_600 });
    const [source] = [...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').values()];
    expect(source?.Properties).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    const [investigate] = [...resourcesOf(template, 'AWS::Lambda::Function').values()];
    expect(investigate?.Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('has operations wait that have failed or contained something, and rings when its function fails', () => {
    const { template } = stackOf(text('logs: [/web],'));
    const [rule] = [...resourcesOf(template, 'AWS::Events::Rule').values()];
    expect(rule?.Properties['EventPattern']).toMatchObject({
      source: ['selfheal'],
      'detail-type': ['Selfheal Operation State Change'],
      detail: { result: ['FAILED', 'CONTAINED'] },
    });
    const [queueId] = [...resourcesOf(template, 'AWS::SQS::Queue').keys()];
    expect(rule?.Properties['Targets']).toMatchObject([{ Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } }]);
    const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()];
    expect(alarms.map(({ Properties }) => Properties['AlarmName'])).toEqual([
      'SelfhealEngine-investigate-errors',
      'SelfhealEngine-investigate-throttles',
    ]);
  });
});
