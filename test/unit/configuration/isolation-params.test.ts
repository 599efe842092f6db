import { expect, it } from 'vitest';
import { problemsOf, strategyText } from './configuration-text.ts';

const GROUP = 'securityGroup: sg-0123456789abcdef0';

/** The problems with the parameters of an isolation. */
const withParams = (params: string) =>
  problemsOf(
    strategyText(
      'id: contain',
      'trigger: { metrics: [memory] }',
      `actions: [{ type: isolate_network, params: { ${params} } }]`,
      'rollback: { onFailure: maintain_isolation }',
    ),
  ).map(({ message }) => message);

it.each([
  ['by: agent_first', '`securityGroup`'],
  ['by: security_groups', '`securityGroup`'],
  [GROUP, '`securityGroup` with `by: security_groups` or `agent_first`, and only then'],
  ['limitSeconds: 1m', 'a duration from 5m to 7d'],
  [`by: security_groups, ${GROUP}, managementCidrs: [10.1.0.0/16]`, 'no `managementCidrs`'],
])('isolate_network refuses an isolation with %s', (params, expected) => {
  expect(withParams(params).join('\n')).toContain(expected);
});

it.each([
  '',
  'limitSeconds: 4h',
  'afterLimit: lift',
  `by: agent_first, ${GROUP}, managementCidrs: [10.1.0.0/16], limitSeconds: 4h, afterLimit: lift`,
])('isolate_network accepts an isolation with “%s”', (params) => {
  expect(withParams(params)).toEqual([]);
});
