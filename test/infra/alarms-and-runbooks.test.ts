import { describe, expect, it } from 'vitest';
import { ACTION_TYPES, actionDefinition } from '../../functions/core/actions/action-table.ts';
import { documentsOf } from '../../functions/core/actions/runbook-of.ts';
import { ENGINE_HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { UndeployableAlarms } from '../../infra/constructs/undeployable-alarms.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const templates = synthesizeStacks();

describe('alarms of components', () => {
  it('are created as the configuration says, and adopted ones are not', () => {
    const alarms = [...resourcesOf(templates.alarms, 'AWS::CloudWatch::Alarm').values()];
    expect(alarms.map(({ Properties }) => Properties['AlarmName']).sort()).toEqual([
      'selfheal-web-cpu-i-0123456789abcdef0',
      'selfheal-web-memory-i-0123456789abcdef0',
    ]);
    templates.alarms.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'selfheal-web-memory-i-0123456789abcdef0',
      Namespace: 'CWAgent',
      MetricName: 'mem_used_percent',
      Dimensions: [{ Name: 'InstanceId', Value: 'i-0123456789abcdef0' }],
      Statistic: 'Average',
      Period: 60,
      Threshold: 90,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'missing',
    });
  });

  it('exist before the alarms that combine them', () => {
    const [composite] = [...resourcesOf(templates.alarms, 'AWS::CloudWatch::CompositeAlarm').values()];
    expect(composite?.Properties).toMatchObject({
      AlarmName: 'selfheal-web-both',
      AlarmRule:
        'ALARM("selfheal-web-memory-i-0123456789abcdef0") AND ALARM("selfheal-web-cpu-i-0123456789abcdef0")',
    });
    const children = [...resourcesOf(templates.alarms, 'AWS::CloudWatch::Alarm').keys()];
    expect(composite).toHaveProperty('DependsOn', children.toSorted());
  });

  it('may be missing entirely, and the stack still exists', () => {
    const yaml = [
      'components:',
      '  web:',
      '    targets: { instanceIds: [i-0a1b2c3d4e5f60001] }',
      '    service: nginx.service',
      '    signals: [queue_depth]',
      'strategies:',
      '  - id: restart',
      '    trigger: { metrics: [queue_depth] }',
      '    actions: [{ type: start_component }]',
    ].join('\n');
    const { Resources } = synthesizeStacks(yaml).alarms.toJSON() as {
      Resources: Record<string, { Type: string }>;
    };
    const types = Object.values(Resources).map(({ Type }) => Type);
    expect(types).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
  });

  it('cannot be more for one component than a stack holds', () => {
    const alarms = Array.from(
      { length: 498 },
      (_, index) => `      m${index}: { metric: memory, threshold: 90 }`,
    );
    const yaml = SAMPLE_CONFIGURATION.replace(/( {4}alarms:\n)/, `$1${alarms.join('\n')}\n`);
    const synthesis = () => synthesizeStacks(yaml);
    expect(synthesis).toThrow(UndeployableAlarms);
    expect(synthesis).toThrow('split component web, which has 501 alarms');
  });
});

describe('alarms on Selfheal itself', () => {
  const alarms = [...resourcesOf(templates.monitoring, 'AWS::CloudWatch::Alarm').values()];
  const named = (name: string) =>
    alarms.find(({ Properties }) => Properties['AlarmName'] === `SelfhealEngine-${name}`)?.Properties;

  it('watch errors and throttles of every function, dead letters, triage and the reconciler', () => {
    expect(alarms.map(({ Properties }) => Properties['AlarmName']).sort()).toEqual(
      [
        ...ENGINE_HANDLERS.flatMap((name) => [`${name}-errors`, `${name}-throttles`]),
        'completions-dead-letters',
        'signals-dead-letters',
        'events-lost',
        'operation-warnings',
        'reconcile-silent',
        'triage-failed',
        'triage-timed-out',
      ]
        .map((name) => `SelfhealEngine-${name}`)
        .sort(),
    );
  });

  it('notify the architect', () => {
    for (const { Properties } of alarms) {
      const [action, ...others] = Properties['AlarmActions'];
      expect(asText(action)).toMatch(/^<import SelfhealEngine:.*Architect/);
      expect(others).toEqual([]);
    }
  });

  it('count silence of the reconciler as a fault', () => {
    expect(named('reconcile-silent')).toMatchObject({
      MetricName: 'Invocations',
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('count a single dead letter as a fault', () => {
    expect(named('signals-dead-letters')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });
});

describe('runbooks', () => {
  const documents = [templates.runbooks, templates.laterRunbooks].flatMap((template) => [
    ...resourcesOf(template, 'AWS::SSM::Document').values(),
  ]);

  it('exist for each action that runs on hosts, and for profiles', () => {
    const needed = ACTION_TYPES.map(actionDefinition).flatMap(documentsOf);
    const ofProfiles = [
      'selfheal-install-collector',
      'selfheal-look-at-kernel',
      'selfheal-read-profile',
      'selfheal-remove-collector',
    ];
    expect(documents.map(({ Properties }) => Properties['Name']).sort()).toEqual(
      [...new Set([...needed, ...ofProfiles])].sort(),
    );
  });

  it('are Command documents that change by a new version', () => {
    for (const { Properties } of documents) {
      expect(Properties).toMatchObject({
        DocumentType: 'Command',
        DocumentFormat: 'JSON',
        UpdateMethod: 'NewVersion',
        Content: { schemaVersion: '2.2' },
      });
    }
  });
});
