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
  it('is there only if some component has anomalies', () => {
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

  it('may ask hosts for their profiles only if some component has one, by the documents of profiles', () => {
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
      'ssm:SendCommand managed-instance/*',
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
