import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const templates = synthesizeStacks(`
components:
  web:
    targets: { autoScalingGroup: web-asg }
    service: nginx.service
    alarms:
      memory: { metric: memory, threshold: 90, datapointsToAlarm: 2 }
      disk: { metric: disk, threshold: 95 }
      both: { metric: saturation, allOf: [memory, disk] }
strategies:
  - id: restart
    trigger: { metrics: [memory, disk, saturation] }
    actions: [{ type: start_component }]
`);

describe('the alarms of an Auto Scaling group', () => {
  it('include one for each metric, whose contributors are the instances', () => {
    templates.alarms.resourceCountIs('AWS::CloudWatch::Alarm', 2);
    templates.alarms.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'selfheal-web-memory',
      ActionsEnabled: false,
      Metrics: [
        {
          Id: 'q1',
          Expression: `SELECT AVG("mem_used_percent") FROM "CWAgent" WHERE "AutoScalingGroupName" = 'web-asg' GROUP BY InstanceId ORDER BY MAX() DESC`,
          Period: 60,
          ReturnData: true,
        },
      ],
      Threshold: 90,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    });
  });

  it('come before the alarm that combines them', () => {
    const [composite] = [...resourcesOf(templates.alarms, 'AWS::CloudWatch::CompositeAlarm').values()];
    expect(composite?.Properties).toMatchObject({
      AlarmRule: 'ALARM("selfheal-web-memory") AND ALARM("selfheal-web-disk")',
    });
    const children = [...resourcesOf(templates.alarms, 'AWS::CloudWatch::Alarm').keys()];
    expect(composite).toHaveProperty('DependsOn', children.toSorted());
  });
});
