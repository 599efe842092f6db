import { describe, expect, it } from 'vitest';
import { grantedOnTargets, hostConfiguration } from './granted-on-targets.ts';

describe('the permissions for Auto Scaling groups and load balancers', () => {
  it('cover draining on the target group that the component names, even if no action asks for it', () => {
    const group = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
    const restart = '{ type: start_component, params: { mode: restart } }';
    const yaml = hostConfiguration(`tags: { tier: web } }\n    targetGroup: ${group}\n    x: {`, restart)
      .replace('    x: { }\n', '')
      .replace('strategies:', 'settings: { repairTimeoutSeconds: 30m }\nstrategies:');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        `elasticloadbalancing:DeregisterTargets ${group}`,
        'elasticloadbalancing:DescribeTargetHealth *',
        `elasticloadbalancing:RegisterTargets ${group}`,
      ],
      'selfheal-reconcile': ['elasticloadbalancing:DescribeTargetHealth *'],
    });
    expect(grantedOnTargets(yaml.replace(restart, '{ type: start_component }'))).toEqual({});
  });

  it('cover scaling on the Auto Scaling group that the component names', () => {
    const yaml = hostConfiguration('autoScalingGroup: web', '{ type: scale_resources, params: { to: 4 } }');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        'autoscaling:DescribeAutoScalingGroups *',
        'autoscaling:SetDesiredCapacity arn:<AWS::Partition>:autoscaling:<AWS::Region>:<AWS::AccountId>:autoScalingGroup:*:autoScalingGroupName/web',
      ],
    });
  });

  it('cover replacing on the Auto Scaling group, with reading to follow it', () => {
    const replace = hostConfiguration('autoScalingGroup: web', '{ type: replace_instance }').replace(
      'strategies:',
      'settings: { repairTimeoutSeconds: 1h }\nstrategies:',
    );
    const reads = ['autoscaling:DescribeAutoScalingGroups *'];
    const terminate =
      'autoscaling:TerminateInstanceInAutoScalingGroup arn:<AWS::Partition>:autoscaling:<AWS::Region>:<AWS::AccountId>:autoScalingGroup:*:autoScalingGroupName/web';
    const balanced = 'elasticloadbalancing:DescribeTargetHealth *';
    expect(grantedOnTargets(replace)).toEqual({
      'selfheal-act': [...reads, 'autoscaling:DescribeInstanceRefreshes *', terminate],
      'selfheal-reconcile': [...reads, 'autoscaling:DescribeScalingActivities *'],
    });
    const group = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
    const behind = replace.replace('    service:', `    targetGroup: ${group}\n    service:`);
    expect(grantedOnTargets(behind)).toEqual({
      'selfheal-act': [...reads, 'autoscaling:DescribeInstanceRefreshes *', terminate, balanced],
      'selfheal-reconcile': [...reads, 'autoscaling:DescribeScalingActivities *', balanced],
    });
  });

  it('cover the idle time-out on the load balancer that the component names', () => {
    const balancer =
      'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';
    const yaml = hostConfiguration(
      'tags: { tier: web }',
      '{ type: adjust_timeout, params: { to: 2m } }',
    ).replace('    service:', `    loadBalancer: ${balancer}\n    service:`);
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        'elasticloadbalancing:DescribeLoadBalancerAttributes *',
        `elasticloadbalancing:ModifyLoadBalancerAttributes ${balancer}`,
      ],
    });
  });
});
