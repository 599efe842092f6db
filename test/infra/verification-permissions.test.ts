import { describe, expect, it } from 'vitest';
import { grantedOnTargets } from './granted-on-targets.ts';

describe('the permissions for verification by what AWS itself reports', () => {
  const signalled = (targets: string, verify = '') => `
components:
  orders: { targets: ${targets}, signals: [errors] }
  watched:
    targets: { ecsService: prod/watched }
    alarms: { cpu: { metric: cpu, threshold: 95 } }
strategies:
  - id: heal
    trigger: { metrics: [errors, cpu] }
    actions: [{ type: notify_soc }]
    ${verify}`;
  const granted = (yaml: string) => grantedOnTargets(yaml)['selfheal-verify'];
  const arn = (rest: string) =>
    `arn:<AWS::Partition>:${rest.replace(':', ':<AWS::Region>:<AWS::AccountId>:')}`;

  it.each([
    ['{ ecsService: prod/orders }', [`ecs:DescribeServices ${arn('ecs:service/prod/orders')}`]],
    ['{ dbInstance: orders }', [`rds:DescribeDBInstances ${arn('rds:db:orders')}`]],
    ['{ dbCluster: orders }', [`rds:DescribeDBClusters ${arn('rds:cluster:orders')}`]],
    [
      '{ lambdaAlias: orders:live }',
      ['orders', 'orders:live'].map(
        (name) => `lambda:GetFunctionConfiguration ${arn(`lambda:function:${name}`)}`,
      ),
    ],
    [
      '{ instanceIds: [i-0123456789abcdef0] }, targetGroup: "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef"',
      ['elasticloadbalancing:DescribeTargetHealth *'],
    ],
  ])('cover reading %s, and nothing else', (targets, expected) => {
    expect(granted(signalled(targets))).toEqual(expected);
  });

  it('exist where a strategy asks for it, and nowhere else', () => {
    const health = 'health: { url: "https://orders.example.com/" }';
    const targets = `{ ecsService: prod/orders }, ${health}`;
    expect(granted(signalled(targets))).toBeUndefined();
    expect(granted(signalled(targets, 'verify: { by: resource }'))).toEqual([
      `ecs:DescribeServices ${arn('ecs:service/prod/orders')}`,
      `ecs:DescribeServices ${arn('ecs:service/prod/watched')}`,
    ]);
  });

  it('cover the checks of batches of hosts that are acted on, where nothing else tells their health', () => {
    const group = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef';
    const hosts = `{ instanceIds: [i-0123456789abcdef0] }, targetGroup: "${group}", tempPaths: [/var/tmp/app]`;
    const readers = (targets: string) => {
      const acting = signalled(targets).replace('notify_soc', 'clear_temp_files');
      const without = acting.replace(/ {2}watched:[\s\S]*(?=strategies:)/, '');
      return Object.entries(grantedOnTargets(without))
        .filter(([, calls]) => calls.includes('elasticloadbalancing:DescribeTargetHealth *'))
        .map(([name]) => name)
        .sort();
    };
    expect(readers(hosts)).toEqual(['selfheal-act', 'selfheal-reconcile', 'selfheal-verify']);
    expect(readers(`${hosts}, service: web.service`)).toEqual([]);
  });
});
