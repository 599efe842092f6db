import { describe, expect, it } from 'vitest';
import { ALLOWED_ON_ANYTHING, EXPECTED_ANALYSIS_PERMISSIONS } from './expected-permissions.ts';
import { described, permissionsOf, roleOf } from './granted-permissions.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const withAnomalies = (settings = '') =>
  SAMPLE_CONFIGURATION.replace('    alarms:', '    anomalies: { memory: {} }\n    alarms:').replace(
    'settings:',
    `settings:${settings}`,
  );

function analysis(settings?: string) {
  const { analysis: template } = synthesizeStacks(withAnomalies(settings));
  if (!template) throw new Error('there is no stack of the analysis');
  return template;
}

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^<\w+Logs\w{8}\.Arn>$/, 'its log group'],
  [/^<import SelfhealState:\w+Records\w+>$/, 'the table'],
  [/^<import SelfhealEngine:\w+TopicsArchitect\w+>$/, 'the architect'],
  [/^<import SelfhealEngine:\w+TopicsKey\w+>$/, 'the key'],
];
const named = (resource: string) => NAMES.find(([pattern]) => pattern.test(resource))?.[1] ?? resource;

describe('the stack of the analysis', () => {
  it('exists only if some component has anomalies', () => {
    expect(synthesizeStacks().analysis).toBeUndefined();
    expect(synthesizeStacks(withAnomalies()).analysis).toBeDefined();
  });

  it('has one function, which may do what it does, and nothing else', () => {
    const template = analysis();
    const functions = [...resourcesOf(template, 'AWS::Lambda::Function').values()];
    expect(functions.map(({ Properties }) => Properties['FunctionName'])).toEqual(['selfheal-analyze']);
    const [lambda] = functions;
    const granted = permissionsOf(template, lambda ? roleOf(lambda) : '');
    const permissions = granted.map((each) => described({ ...each, resource: named(each.resource) }));
    expect(permissions.sort()).toEqual(EXPECTED_ANALYSIS_PERMISSIONS.toSorted());
    const unscoped = granted.filter(({ resource }) => resource === '*').map(({ action }) => action);
    const reasons = Object.values(ALLOWED_ON_ANYTHING);
    expect(unscoped.filter((action) => !reasons.some((actions) => actions.test(action)))).toEqual([]);
  });

  it('may ask hosts for their profiles only if some component has one, by the documents of profiles, in EC2', () => {
    const { analysis: template } = synthesizeStacks(
      SAMPLE_CONFIGURATION.replace('    alarms:', '    profile: {}\n    alarms:'),
    );
    if (!template) throw new Error('there is no stack of the analysis');
    const [lambda] = [...resourcesOf(template, 'AWS::Lambda::Function').values()];
    const granted = permissionsOf(template, lambda ? roleOf(lambda) : '').filter(({ action }) =>
      action.startsWith('ssm:'),
    );
    expect(granted.map(({ action, resource }) => `${action} ${resource.split(':').at(-1)}`).sort()).toEqual([
      'ssm:DescribeInstanceInformation *',
      'ssm:ListCommandInvocations *',
      'ssm:SendCommand document/selfheal-install-collector',
      'ssm:SendCommand document/selfheal-read-profile',
      'ssm:SendCommand instance/*',
    ]);
  });

  it.each([
    ['', 'rate(5 minutes)', 300],
    ['\n  analysis: { intervalSeconds: 1m }', 'rate(1 minute)', 60],
  ])('runs as often as configured: %j', (settings, schedule, period) => {
    const template = analysis(settings);
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: schedule });
    // A late event would only run beside the next one.
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: period,
    });
    const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) => [
      Properties['AlarmName'],
      Properties['Period'],
      Properties['EvaluationPeriods'],
      Properties['TreatMissingData'],
    ]);
    expect(alarms.sort()).toEqual([
      ['SelfhealEngine-analyze-errors', period, 3, 'notBreaching'],
      ['SelfhealEngine-analyze-silent', period, 3, 'breaching'],
      ['SelfhealEngine-analyze-throttles', period, 3, 'notBreaching'],
    ]);
  });
});

describe('the functions of monitors', () => {
  const withMonitors = (monitors: string) => {
    const { analysis: template } = synthesizeStacks(
      SAMPLE_CONFIGURATION.replace('    alarms:', `    monitors: { ${monitors} }\n    alarms:`),
    );
    if (!template) throw new Error('there is no stack of the analysis');
    const functions = [...resourcesOf(template, 'AWS::Lambda::Function').values()];
    const roleNamed = (name: string) => {
      const found = functions.find(({ Properties }) => Properties['FunctionName'] === name);
      return permissionsOf(template, found ? roleOf(found) : '').map(
        ({ action, resource }) => `${action} ${named(resource)}`,
      );
    };
    return {
      template,
      names: functions.map(({ Properties }) => Properties['FunctionName']).sort(),
      roleNamed,
    };
  };

  it('do not include a function of the user’s, which `analyze` may invoke by the name that is written', () => {
    const { names, roleNamed } = withMonitors(
      'queue_age: { function: "figures:live", tiers: { critical: notify } }',
    );
    expect(names).toEqual(['selfheal-analyze']);
    const invoked = roleNamed('selfheal-analyze').filter((each) => each.startsWith('lambda:'));
    expect(invoked).toEqual([expect.stringMatching(/^lambda:InvokeFunction .*:function:figures:live$/)]);
    expect(roleNamed('selfheal-analyze').filter((each) => each.startsWith('dynamodb:Query'))).toEqual([]);
  });

  it('read endpoints from inside the VPC, and may do nothing else', () => {
    const endpoint = 'in_flight: { endpoint: "http://10.0.1.2:9100/metrics", tiers: { critical: notify } }';
    const { template, names, roleNamed } = withMonitors(endpoint);
    expect(names).toEqual(['selfheal-analyze', 'selfheal-scrape']);
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'selfheal-scrape',
      VpcConfig: { SubnetIds: ['subnet-0123456789abcdef0'] },
    });
    const others = roleNamed('selfheal-scrape').filter((each) => !/^(logs|xray|ec2):/.test(each));
    expect(others).toEqual([]);
    const [analyze] = [...resourcesOf(template, 'AWS::Lambda::Function').values()].filter(
      ({ Properties }) => Properties['FunctionName'] === 'selfheal-analyze',
    );
    expect(analyze?.Properties['VpcConfig']).toBeUndefined();
  });

  it('keep events of the configured sources of this account and Region', () => {
    const { template, names, roleNamed } = withMonitors(
      'orders: { events: true, tiers: { critical: notify } }',
    );
    expect(names).toEqual(['selfheal-analyze', 'selfheal-record-metrics']);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['selfheal.monitor'],
        'detail-type': ['Selfheal Metric'],
        account: [{ Ref: 'AWS::AccountId' }],
        region: [{ Ref: 'AWS::Region' }],
      },
    });
    const others = roleNamed('selfheal-record-metrics').filter((each) => !/^(logs|xray|sqs):/.test(each));
    expect(others.sort()).toEqual(['dynamodb:PutItem the table', 'dynamodb:UpdateItem the table']);
    expect(roleNamed('selfheal-analyze')).toContain('dynamodb:Query the table');
  });
});
