import { describe, expect, it } from 'vitest';
import {
  canBeCancelled,
  describeReference,
  type LastingExecutor,
} from '../../../../functions/core/actions/action-reference.ts';

const ARN = 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/web/0a1b';

describe('what was begun and goes on by itself', () => {
  it.each<[LastingExecutor, string, string]>([
    ['run_command', '0f3a', 'command 0f3a'],
    ['run_command', 'ec2:reboot:5:i-0a', 'command ec2:reboot:5:i-0a'],
    ['automation', '0f3b', 'automation 0f3b'],
    ['function', 'rebuild:live op-1/heal-0', 'the work of function rebuild:live'],
    ['resource', 'shop/orders/ecs-svc-1', 'deployment shop/orders/ecs-svc-1'],
    ['resource', 'ec2:reboot:5:i-0a,i-0b', 'reboot of i-0a, i-0b'],
    ['resource', `elb-health:i-0a,i-0b:5:9:${ARN}`, 'health of i-0a, i-0b in their target group'],
    ['resource', `elb:deregistration:i-0a,i-0b:${ARN}`, 'deregistration of i-0a, i-0b'],
    ['resource', 'asg:i-0a:5:web-asg:i-0a,i-0b:', 'replacement of i-0a in web-asg'],
    ['resource', 'lambda:4:orders:live', 'move of alias orders:live to version 4'],
    ['resource', 'codedeploy/d-ABC', 'deployment d-ABC of CodeDeploy'],
    ['resource', 'appconfig/abc1234/def5678/7', 'deployment 7 to abc1234/def5678 of AppConfig'],
    ['resource', 'rds:failover:5:orders:us-east-1b', 'failover of orders to us-east-1b'],
  ])('is described to people: %s %s', (executor, id, expected) => {
    expect(describeReference({ executor, id })).toBe(expected);
  });

  it('can be kept from going on, unless AWS carries it out by itself', () => {
    expect(canBeCancelled({ executor: 'resource', id: 'ec2:reboot:5:i-0a' })).toBe(false);
    for (const executor of ['run_command', 'automation', 'function'] as const)
      expect(canBeCancelled({ executor, id: '0f3a' })).toBe(true);
  });
});
