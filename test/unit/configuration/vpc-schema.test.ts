import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const ids = (kind: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${kind}-${(0xab000000 + index).toString(16)}`).join(', ');

const text = (subnets: string, groups: string) =>
  configurationText({
    settings: `settings: { vpc: { vpcId: vpc-0123456789abcdef0, subnetIds: ${subnets}, securityGroupIds: ${groups} } }`,
  });

describe('the place of a function in a VPC', () => {
  it('may have as many subnets and security groups as Lambda accepts', () => {
    expect(problemsOf(text(`[${ids('subnet', 16)}]`, `[${ids('sg', 5)}]`))).toEqual([]);
  });

  it.each([
    ['17 subnets', `▼[${ids('subnet', 17)}]`, `[${ids('sg', 1)}]`, 'wrong-length', 'subnetIds'],
    ['6 security groups', `[${ids('subnet', 1)}]`, `▼[${ids('sg', 6)}]`, 'wrong-length', 'securityGroupIds'],
    [
      'a subnet twice',
      '▼[subnet-ab000000, subnet-ab000000]',
      `[${ids('sg', 1)}]`,
      'repeated-value',
      'subnetIds',
    ],
    [
      'a security group twice',
      `[${ids('subnet', 1)}]`,
      '▼[sg-ab000000, sg-ab000000]',
      'repeated-value',
      'securityGroupIds',
    ],
  ] as const)('is refused with %s, which Lambda would refuse', (_, subnets, groups, code, key) => {
    expectProblem(text(subnets, groups), { code, path: `settings.vpc.${key}` });
  });
});
