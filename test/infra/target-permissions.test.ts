import { describe, expect, it } from 'vitest';
import { ACTION_TYPES, actionDefinition } from '../../functions/core/actions/action-table.ts';
import { DELIVERIES } from '../../functions/core/actions/deliveries.ts';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { ACTION_RESOURCES, actionsOf } from '../../functions/handlers/table/port-permissions.ts';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { largeConfiguration } from './large-configurations.ts';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (steps: string, undo = '', more = '') => `
components:
  orders:
    targets: { lambdaAlias: orders:live }
    alarms: { errors: { metric: errors, threshold: 5 } }
  payments:
    targets: { lambdaAlias: payments:prod }
    alarms: { errors: { metric: errors, threshold: 5 } }
    excluded: true
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    alarms: { errors: { metric: errors, namespace: Web, metricName: errors, dimensions: {}, threshold: 5 } }
strategies:
  - id: heal
    components: [orders, payments]
    trigger: { metrics: [errors] }
    actions: [${steps}]
    rollback: { actions: [${undo}] }
  - { id: web, components: [web], trigger: { metrics: [errors] }, actions: [{ type: start_component }] }
${more}`;

const ON_TARGETS = new Set<string>(
  Object.entries(ACTION_RESOURCES).flatMap(([action, resource]) =>
    [
      'targets',
      'targets and their snapshots',
      'snapshots of targets',
      'targets and their copies',
      'copies of targets',
      'any target',
      'hosts',
      'any host',
      'hosts and snapshots',
      'new snapshots',
      'network interfaces of hosts',
      'groups of hosts',
      'resources of hosts',
      'load balancers',
      'clusters of targets',
      'revisions of targets',
      'new task definitions',
      'deliveries',
      'applications of deliveries',
      'settings of deliveries',
      'any delivery',
      'configurations',
      'deployments of configurations',
    ].includes(resource)
      ? [action]
      : [],
  ),
);

const DELIVERED_CALLS = Object.values(DELIVERIES).flatMap(({ calls }) => calls);

/** What each function may do on targets: `action resource`. */
function grantedOnTargets(yaml: string): Readonly<Record<string, readonly string[]>> {
  const { engine } = synthesizeStacks(yaml);
  const functions = [...resourcesOf(engine, 'AWS::Lambda::Function').values()];
  return Object.fromEntries(
    functions.flatMap((lambda) => {
      const granted = permissionsOf(engine, roleOf(lambda))
        .filter(({ action }) => ON_TARGETS.has(action))
        .map(({ action, resource }) => `${action} ${resource}`);
      return granted.length > 0 ? [[String(lambda.Properties['FunctionName']), granted.sort()]] : [];
    }),
  );
}

const arn = (name: string) => `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}`;
const onOrders = (...actions: readonly string[]) =>
  actions.flatMap((action) => [`${action} ${arn('orders')}`, `${action} ${arn('orders:live')}`]).sort();

describe('what strategies do on functions of the user’s', () => {
  it('is granted to the function that acts, on the function and alias that it is done on', () => {
    expect(grantedOnTargets(text('{ type: rollback_deployment }'))).toEqual({
      'selfheal-act': [
        ...onOrders('lambda:GetAlias', 'lambda:GetFunctionConfiguration'),
        'lambda:GetFunctionConfiguration arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:orders:*',
        ...onOrders(
          'lambda:GetProvisionedConcurrencyConfig',
          'lambda:ListVersionsByFunction',
          'lambda:UpdateAlias',
        ),
      ].sort(),
      'selfheal-reconcile': onOrders('lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig'),
    });
  });

  it('is granted for an undo step alone, too', () => {
    const yaml = text('{ type: health_check }', '{ type: scale_resources, params: { phase: undo } }');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': onOrders(
        'lambda:DeleteFunctionConcurrency',
        'lambda:GetFunctionConcurrency',
        'lambda:GetFunctionConfiguration',
        'lambda:PutFunctionConcurrency',
      ),
    });
  });

  it('is granted for the kind of concurrency that a strategy scales, and for its undo', () => {
    const yaml = text(
      '{ type: scale_resources, params: { concurrency: provisioned, to: 5 }, onError: rollback }',
    );
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': onOrders(
        'lambda:DeleteProvisionedConcurrencyConfig',
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:PutProvisionedConcurrencyConfig',
      ),
      'selfheal-reconcile': onOrders('lambda:GetProvisionedConcurrencyConfig'),
    });
  });

  it('is granted for other settings as far as a version is published with them', () => {
    expect(grantedOnTargets(text('{ type: adjust_timeout, params: { to: 30s } }'))).toEqual({
      'selfheal-act': [
        ...onOrders(
          'lambda:GetAlias',
          'lambda:GetFunctionConfiguration',
          'lambda:GetProvisionedConcurrencyConfig',
          'lambda:ListVersionsByFunction',
          'lambda:PublishVersion',
          'lambda:UpdateAlias',
          'lambda:UpdateFunctionConfiguration',
        ),
        `lambda:GetFunctionConfiguration ${arn('orders:*')}`,
      ].sort(),
      'selfheal-reconcile': onOrders('lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig'),
    });
  });

  it('costs no permission where it is not done', () => {
    expect(grantedOnTargets(text('{ type: notify_soc }'))).toEqual({});
  });

  it('takes the calls that its row names, and no others', () => {
    const named = ACTION_TYPES.map(actionDefinition).flatMap((definition) =>
      definition.executor === 'resource'
        ? [...Object.values(definition.calls).flat(), ...(definition.deliveredBy ? DELIVERED_CALLS : [])]
        : definition.executor === 'run_command'
          ? (definition.byApi?.calls ?? [])
          : [],
    );
    const made = [HANDLERS.act, HANDLERS.reconcile, HANDLERS.verify].flatMap(({ needs }) => actionsOf(needs));
    const onTargets = [...new Set(made)].filter((action) => ON_TARGETS.has(action));
    expect([...new Set(named)].sort()).toEqual(onTargets.sort());
  });
});

describe('what strategies do on services of ECS', () => {
  const ecs = (step: string) =>
    text(step)
      .replace('lambdaAlias: orders:live', 'ecsService: prod/orders')
      .replaceAll(
        'errors: { metric: errors, threshold: 5 }',
        'errors: { metric: errors, namespace: Orders, metricName: errors, dimensions: {}, threshold: 5 }',
      );
  const service = 'arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:service/prod/orders';
  const rulesOf = (yaml: string) =>
    [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()].filter(({ Properties }) =>
      JSON.stringify(Properties['EventPattern'] ?? {}).includes('aws.ecs'),
    );

  it('is granted on the cluster alone where it changes what is collected of that', () => {
    const cluster = 'arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:cluster/prod';
    const step = '{ type: enable_monitoring, params: { containerInsights: enabled } }';
    expect(grantedOnTargets(ecs(step))).toEqual({
      'selfheal-act': [`ecs:DescribeClusters ${cluster}`, `ecs:UpdateClusterSettings ${cluster}`],
    });
  });

  it('may pass on the roles that the component names, to tasks alone', () => {
    const role = 'arn:aws:iam::123456789012:role/orders-task';
    const yaml = ecs('{ type: rollback_deployment, timeoutSeconds: 60 }').replace(
      'ecsService: prod/orders }',
      `ecsService: prod/orders }\n    taskRoles: ['${role}']`,
    );
    const statements = (configuration: string) =>
      [...resourcesOf(synthesizeStacks(configuration).engine, 'AWS::IAM::Policy').values()]
        .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement as { readonly Action: unknown }[])
        .filter(({ Action }) => Action === 'iam:PassRole');
    expect(statements(yaml)).toEqual([
      {
        Action: 'iam:PassRole',
        Effect: 'Allow',
        Resource: role,
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ]);
    expect(statements(ecs('{ type: rollback_deployment, timeoutSeconds: 60 }'))).toEqual([]);
  });

  it('has its ARNs spread over several rules where they are many', () => {
    const names = Array.from(
      { length: 60 },
      (_, index) => `cluster-with-a-long-name/service-number-${index}`,
    );
    const components = names.map(
      (name, index) =>
        `  s${index}: { targets: { ecsService: ${name} }, health: { url: 'https://s${index}.example.com/' }, alarms: { busy: { metric: cpu, threshold: 90 } } }`,
    );
    const strategy =
      '{ id: redeploy, trigger: { metrics: [cpu] }, actions: [{ type: restart_service, timeoutSeconds: 60 }] }';
    const found = rulesOf(`components:\n${components.join('\n')}\nstrategies:\n  - ${strategy}\n`);
    const ended = found.filter(({ Properties }) => Properties['Description'].endsWith('has ended'));
    const arns = ended.flatMap(({ Properties }) => Properties['EventPattern'].resources.map(asText));
    expect(arns.sort()).toEqual(
      names.map((name) => `arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:service/${name}`).sort(),
    );
    expect(ended.length).toBeGreaterThan(1);
  });

  it('is granted on the service and its revisions; those of task definitions can only be listed and read of all', () => {
    expect(grantedOnTargets(ecs('{ type: rollback_deployment, timeoutSeconds: 60 }'))).toEqual({
      'selfheal-act': [
        `ecs:DescribeServiceRevisions ${service.replace(':service/', ':service-revision/')}/*`,
        `ecs:DescribeServices ${service}`,
        'ecs:DescribeTaskDefinition *',
        `ecs:ListServiceDeployments ${service}`,
        'ecs:ListTaskDefinitions *',
        `ecs:UpdateService ${service}`,
      ],
      'selfheal-reconcile': [`ecs:DescribeServices ${service}`],
    });
  });

  it('is granted for a greater size on revisions that are registered, with tags on new ones only', () => {
    const step =
      '{ type: increase_resources, params: { ladder: [{ memoryMiB: 1024 }] }, timeoutSeconds: 60 }';
    expect(grantedOnTargets(ecs(step))).toEqual({
      'selfheal-act': [
        `ecs:DescribeServices ${service}`,
        'ecs:DescribeTaskDefinition *',
        'ecs:RegisterTaskDefinition *',
        'ecs:TagResource arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:task-definition/*',
        `ecs:UpdateService ${service}`,
      ],
      'selfheal-reconcile': [`ecs:DescribeServices ${service}`],
    });
  });

  it('wakes the reconciler when a deployment of that service has ended', () => {
    const [rule, ...others] = rulesOf(ecs('{ type: restart_service, timeoutSeconds: 60 }'));
    expect(others).toEqual([]);
    expect(JSON.stringify(rule?.Properties['EventPattern'])).toContain('SERVICE_DEPLOYMENT_COMPLETED');
    expect(asText(rule?.Properties['EventPattern'].resources[0])).toBe(service);
    expect(asText(rule?.Properties['Targets'][0].Arn)).toMatch(/Reconcile/);
  });

  it('costs no rule where nothing is deployed', () => {
    expect(rulesOf(ecs('{ type: health_check }'))).toEqual([]);
    expect(rulesOf(text('{ type: rollback_deployment }'))).toEqual([]);
  });
});

describe('verification by what AWS itself reports', () => {
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
  ])('is granted for %s by reading it, and nothing else', (targets, expected) => {
    expect(granted(signalled(targets))).toEqual(expected);
  });

  it('is granted where a strategy asks for it, and costs nothing elsewhere', () => {
    const health = 'health: { url: "https://orders.example.com/" }';
    const targets = `{ ecsService: prod/orders }, ${health}`;
    expect(granted(signalled(targets))).toBeUndefined();
    expect(granted(signalled(targets, 'verify: { by: resource }'))).toEqual([
      `ecs:DescribeServices ${arn('ecs:service/prod/orders')}`,
      `ecs:DescribeServices ${arn('ecs:service/prod/watched')}`,
    ]);
  });
});

describe('what strategies do on databases of RDS', () => {
  const rds = (targets: string, step: string) =>
    text(step)
      .replace('lambdaAlias: orders:live', targets)
      .replace('{ errors: { metric: errors, threshold: 5 } }', '{ errors: { metric: cpu, threshold: 90 } }')
      .replace('trigger: { metrics: [errors] }', 'trigger: { statuses: [CRITICAL] }');
  const database = (kind: 'db' | 'cluster') =>
    `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${kind}:orders`;
  const rulesOf = (yaml: string) =>
    [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()].filter(({ Properties }) =>
      JSON.stringify(Properties['EventPattern'] ?? {}).includes('aws.rds'),
    );

  it.each([
    ['dbInstance: orders', 'restart_service', 'db', 'rds:DescribeDBInstances', 'rds:RebootDBInstance'],
    ['dbCluster: orders', 'failover', 'cluster', 'rds:DescribeDBClusters', 'rds:FailoverDBCluster'],
    [
      'dbInstance: orders',
      'increase_resources, params: { ladder: [{ storageGiB: 200 }] }',
      'db',
      'rds:DescribeDBInstances',
      'rds:ModifyDBInstance',
    ],
  ] as const)('is granted on that database alone: %s, %s', (targets, type, kind, read, change) => {
    const yaml = rds(targets, `{ type: ${type}, timeoutSeconds: 120 }`);
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [`${read} ${database(kind)}`, `${change} ${database(kind)}`],
      'selfheal-reconcile': [`${read} ${database(kind)}`],
    });
    const [rule, ...others] = rulesOf(yaml);
    expect(others).toEqual([]);
    expect(rule?.Properties['EventPattern'].detail.SourceArn.map(asText)).toEqual([database(kind)]);
    expect(asText(rule?.Properties['Targets'][0].Arn)).toMatch(/Reconcile/);
  });

  it.each(['failover', 'restart_service, params: { failover: true }'])(
    'is granted with reading RDS’s events, where a standby takes over: %s',
    (type) => {
      const reads = [`rds:DescribeDBInstances ${database('db')}`, 'rds:DescribeEvents *'];
      expect(grantedOnTargets(rds('dbInstance: orders', `{ type: ${type}, timeoutSeconds: 120 }`))).toEqual({
        'selfheal-act': [...reads, `rds:RebootDBInstance ${database('db')}`],
        'selfheal-reconcile': reads,
      });
    },
  );

  it.each([
    ['dbInstance: orders', 'db', 'snapshot', 'DBSnapshot'],
    ['dbCluster: orders', 'cluster', 'cluster-snapshot', 'DBClusterSnapshot'],
  ] as const)(
    'is granted for copies on %s, and on those of its copies that are ours',
    (targets, kind, copy, noun) => {
      const own = `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${copy}:selfheal-orders-*`;
      const read = [`rds:Describe${noun}s ${database(kind)}`, `rds:Describe${noun}s ${own}`].sort();
      const yaml = rds(targets, '{ type: snapshot_database, timeoutSeconds: 120 }');
      expect(grantedOnTargets(yaml)).toEqual({
        'selfheal-act': [
          `rds:Create${noun} ${database(kind)}`,
          `rds:Create${noun} ${own}`,
          `rds:Delete${noun} ${own}`,
          ...read,
        ].sort(),
        'selfheal-reconcile': read,
      });
    },
  );

  it('is granted for a restore on copies with names of ours, and never on the original', () => {
    const arn = (name: string) => `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${name}`;
    const copies = arn('db:selfheal-orders-*');
    const reads = [`rds:DescribeDBInstances ${database('db')}`, `rds:DescribeDBInstances ${copies}`];
    const used = ['snapshot', 'og', 'pg', 'subgrp'].map((resource) => arn(`${resource}:*`));
    expect(
      grantedOnTargets(rds('dbInstance: orders', '{ type: restore_snapshot, timeoutSeconds: 120 }')),
    ).toEqual({
      'selfheal-act': [
        ...reads,
        `rds:AddTagsToResource ${copies}`,
        `rds:CreateDBSnapshot ${copies}`,
        `rds:CreateDBSnapshot ${arn('snapshot:selfheal-orders-*')}`,
        `rds:DeleteDBInstance ${copies}`,
        `rds:DescribeDBSnapshots ${database('db')}`,
        `rds:DescribeDBSnapshots ${arn('snapshot:*')}`,
        ...[copies, ...used].map((resource) => `rds:RestoreDBInstanceFromDBSnapshot ${resource}`),
      ].sort(),
      'selfheal-reconcile': reads.sort(),
    });
  });

  it('is granted for a restore of a cluster on copies with names of ours, and never on the original', () => {
    const arn = (name: string) => `arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:${name}`;
    const [cluster, instance] = [arn('cluster:selfheal-orders-*'), arn('db:selfheal-orders-*')];
    const left = arn('cluster-snapshot:selfheal-orders-*');
    const on = (action: string, ...resources: readonly string[]) =>
      resources.map((resource) => `rds:${action} ${resource}`);
    const reads = on('DescribeDBClusters', database('cluster'), cluster);
    expect(
      grantedOnTargets(rds('dbCluster: orders', '{ type: restore_snapshot, timeoutSeconds: 30 }')),
    ).toEqual({
      'selfheal-act': [
        ...reads,
        ...on('AddTagsToResource', cluster, instance),
        ...on('CreateDBClusterSnapshot', cluster, left),
        ...on('CreateDBInstance', cluster, instance, arn('og:*'), arn('pg:*'), arn('subgrp:*')),
        ...on('DeleteDBCluster', cluster, left),
        ...on('DeleteDBInstance', instance),
        ...on('DescribeDBClusterSnapshots', database('cluster'), arn('cluster-snapshot:*')),
        ...on('DescribeDBInstances', arn('db:*')),
        ...on('RestoreDBClusterFromSnapshot', cluster, arn('cluster-snapshot:*'), arn('cluster-pg:*')),
        ...on('RestoreDBClusterFromSnapshot', arn('og:*'), arn('subgrp:*')),
      ].sort(),
      'selfheal-reconcile': [...reads, ...on('DescribeDBInstances', instance)].sort(),
    });
  });

  it('is reading alone, and wakes nothing, where the database is only checked', () => {
    const yaml = rds('dbInstance: orders', '{ type: health_check }');
    const read = `rds:DescribeDBInstances ${database('db')}`;
    expect(grantedOnTargets(yaml)).toEqual({ 'selfheal-act': [read], 'selfheal-reconcile': [read] });
    expect(rulesOf(yaml)).toEqual([]);
  });
});

describe('what strategies do on hosts by EC2', () => {
  const instance = (id: string) => `arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/${id}`;
  const [host, any] = [instance('i-0123456789abcdef0'), instance('*')];
  const onHosts = (targets: string, step = '{ type: reboot_instance, timeoutSeconds: 60 }') =>
    text('{ type: notify_soc }')
      .replace('instanceIds: [i-0123456789abcdef0]', targets)
      .replace('[{ type: start_component }]', `[${step}]`);
  const READS = ['ec2:DescribeInstances *'];

  it('is granted on the instances that are named, and to the reconciler for reading only', () => {
    expect(grantedOnTargets(onHosts('instanceIds: [i-0123456789abcdef0, mi-0123456789abcdef0]'))).toEqual({
      'selfheal-act': [...READS, `ec2:RebootInstances ${host}`],
      'selfheal-reconcile': ['ec2:DescribeInstanceStatus *'],
    });
  });

  it('lets the diagnosis look for stopped instances where a strategy starts some', () => {
    const yaml = onHosts('tags: { tier: web }', '{ type: start_instance, timeoutSeconds: 60 }');
    expect(grantedOnTargets(yaml)['selfheal-diagnose']).toEqual(READS);
  });

  it.each([
    ['tags: { tier: web }', { 'aws:ResourceTag/tier': 'web' }],
    ['autoScalingGroup: web', { 'aws:ResourceTag/aws:autoscaling:groupName': 'web' }],
  ])('is granted on instances with the tags that choose them, and the managed tag: %s', (targets, tags) => {
    const yaml = onHosts(targets);
    expect(grantedOnTargets(yaml)['selfheal-act']).toEqual([...READS, `ec2:RebootInstances ${any}`]);
    const policies = JSON.stringify([
      ...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::IAM::Policy').values(),
    ]);
    const condition = { 'aws:ResourceTag/selfheal:managed': 'true', ...tags };
    expect(policies).toContain(JSON.stringify({ StringEquals: condition }));
  });

  it('is granted for snapshots on what they are made of, and tags on new ones only', () => {
    const { engine } = synthesizeStacks(
      onHosts('instanceIds: [i-0123456789abcdef0]', '{ type: snapshot_volume }'),
    );
    const statements = [...resourcesOf(engine, 'AWS::IAM::Policy').values()].flatMap(
      ({ Properties }) => Properties['PolicyDocument'].Statement as readonly Record<string, unknown>[],
    );
    const snapshots = 'arn:<AWS::Partition>:ec2:<AWS::Region>::snapshot/*';
    const granted = (action: string) =>
      statements
        .filter(({ Action }) => JSON.stringify(Action).includes(`"${action}"`))
        .map(({ Resource, Condition }) => [[Resource].flat().map(asText), Condition]);
    expect(granted('ec2:CreateSnapshots')).toEqual([
      [[host], { StringEquals: { 'aws:ResourceTag/selfheal:managed': 'true' } }],
      [[any.replace('instance', 'volume'), snapshots], undefined],
    ]);
    expect(granted('ec2:CreateTags')).toEqual([
      [[snapshots], { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } }],
    ]);
  });

  it('is granted for isolation on interfaces with the managed tag, and verified by reading', () => {
    const group = 'securityGroup: sg-0123456789abcdef0';
    const yaml = onHosts(
      'instanceIds: [i-0123456789abcdef0]',
      `{ type: isolate_network, params: { by: security_groups, ${group} } }], rollback: { onFailure: maintain_isolation }, x: [`,
    ).replace(', x: []', '');
    const modify = 'ec2:ModifyNetworkInterfaceAttribute';
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        ...READS,
        `${modify} ${any.replace('instance', 'network-interface')}`,
        `${modify} ${any.replace('instance', 'security-group')}`,
      ],
      'selfheal-verify': READS,
    });
    const limited = yaml.replace(group, `${group}, limitSeconds: 1h`);
    expect(grantedOnTargets(limited)).toMatchObject({ 'selfheal-reconcile': READS });
    const byAgent = limited.replace(`by: security_groups, ${group}, `, '');
    expect(grantedOnTargets(byAgent)).toMatchObject({ 'selfheal-reconcile': READS });
  });

  it('is granted for draining on the target group that the component names, even if no action asks for it', () => {
    const group = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
    const restart = '{ type: start_component, params: { mode: restart } }';
    const yaml = onHosts(`tags: { tier: web } }\n    targetGroup: ${group}\n    x: {`, restart)
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

  it('is granted for scaling on the Auto Scaling group that the component names', () => {
    const yaml = onHosts('autoScalingGroup: web', '{ type: scale_resources, params: { to: 4 } }');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        'autoscaling:DescribeAutoScalingGroups *',
        'autoscaling:SetDesiredCapacity arn:<AWS::Partition>:autoscaling:<AWS::Region>:<AWS::AccountId>:autoScalingGroup:*:autoScalingGroupName/web',
      ],
    });
  });

  it('is granted for replacing on the Auto Scaling group, and watched by reading', () => {
    const replace = onHosts('autoScalingGroup: web', '{ type: replace_instance }').replace(
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

  it('is granted for the idle time-out on the load balancer that the component names', () => {
    const balancer =
      'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';
    const yaml = onHosts('tags: { tier: web }', '{ type: adjust_timeout, params: { to: 2m } }').replace(
      '    service:',
      `    loadBalancer: ${balancer}\n    service:`,
    );
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        'elasticloadbalancing:DescribeLoadBalancerAttributes *',
        `elasticloadbalancing:ModifyLoadBalancerAttributes ${balancer}`,
      ],
    });
  });

  it('is granted for detailed monitoring on the instances that are named, and for its undo', () => {
    const monitor = '{ type: enable_monitoring, params: { detailed: true } }';
    expect(grantedOnTargets(onHosts('instanceIds: [i-0123456789abcdef0]', monitor))).toEqual({
      'selfheal-act': [...READS, `ec2:MonitorInstances ${host}`, `ec2:UnmonitorInstances ${host}`],
    });
  });

  it('is granted for a rollback by CodeDeploy on the deployment group, and to the reconciler for reading', () => {
    const back = '{ type: rollback_deployment, params: { by: code_deploy }, timeoutSeconds: 2m }';
    const yaml = onHosts('autoScalingGroup: web', back).replace(
      '    service:',
      '    codeDeploy: shop/production\n    service:',
    );
    const named = (resource: string) =>
      `arn:<AWS::Partition>:codedeploy:<AWS::Region>:<AWS::AccountId>:${resource}`;
    const group = named('deploymentgroup:shop/production');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        `codedeploy:BatchGetDeployments ${group}`,
        `codedeploy:CreateDeployment ${group}`,
        `codedeploy:GetApplicationRevision ${named('application:shop')}`,
        `codedeploy:GetDeploymentConfig ${named('deploymentconfig:*')}`,
        `codedeploy:ListDeployments ${group}`,
        `codedeploy:RegisterApplicationRevision ${named('application:shop')}`,
        'codedeploy:StopDeployment *',
        `codedeploy:UpdateDeploymentGroup ${group}`,
      ],
      'selfheal-reconcile': [`codedeploy:GetDeployment ${group}`],
    });
    const rules = [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()];
    const woken = rules.filter(({ Properties }) => JSON.stringify(Properties).includes('aws.codedeploy'));
    expect(woken).toMatchObject([
      {
        Properties: {
          EventPattern: { detail: { application: ['shop'], state: ['SUCCESS', 'FAILURE', 'STOP'] } },
        },
      },
    ]);
    expect(grantedOnTargets(yaml.replace(back, '{ type: start_component }'))).toEqual({});
  });

  it('is granted for a rollback by AppConfig on the configuration that the component names', () => {
    const back = '{ type: rollback_deployment, params: { by: app_config }, timeoutSeconds: 2m }';
    const yaml = onHosts('autoScalingGroup: web', back).replace(
      '    service:',
      '    appConfig: abc1234/def5678/flags01\n    service:',
    );
    const named = (resource: string) =>
      `arn:<AWS::Partition>:appconfig:<AWS::Region>:<AWS::AccountId>:${resource}`;
    const application = named('application/abc1234');
    const environment = `${application}/environment/def5678`;
    const onDeployments = (action: string) =>
      [application, environment, `${environment}/deployment/*`].map((arn) => `appconfig:${action} ${arn}`);
    const granted = grantedOnTargets(yaml);
    expect(granted).toEqual({
      'selfheal-act': [
        ...onDeployments('GetDeployment'),
        ...onDeployments('ListDeployments'),
        ...[application, `${application}/configurationprofile/flags01`, environment].map(
          (arn) => `appconfig:StartDeployment ${arn}`,
        ),
        `appconfig:StartDeployment ${named('deploymentstrategy/*')}`,
        ...onDeployments('StopDeployment'),
      ],
      'selfheal-reconcile': onDeployments('GetDeployment'),
    });
    const rules = [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()];
    const woken = rules.filter(({ Properties }) => JSON.stringify(Properties).includes('aws.appconfig'));
    expect(woken).toMatchObject([
      { Properties: { EventPattern: { detail: { Application: { Id: ['abc1234'] } } } } },
    ]);
    expect(grantedOnTargets(yaml.replace(back, '{ type: start_component }'))).toEqual({});
  });

  it('costs no permission where only the agent acts', () => {
    expect(grantedOnTargets(onHosts('tags: { tier: web }', '{ type: start_component }'))).toEqual({});
  });
});

describe('permissions on more targets than one policy can name', () => {
  const engine = synthesizeStacks(largeConfiguration({ components: 1, each: 50 })).engine;
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => [
    ...resourcesOf(engine, type),
  ]);

  it('are spread over several policies, and name every target', () => {
    const named = policies.flatMap(([, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as { Action: unknown; Resource: unknown }[])
        .filter(({ Action }) => [Action].flat().includes('lambda:UpdateAlias'))
        .flatMap(({ Resource }) => [Resource].flat().map(asText)),
    );
    const aliases = Array.from({ length: 50 }, (_, index) => `order-processing-of-a-shop-${index}:live`);
    for (const alias of aliases)
      expect(named).toContain(`arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${alias}`);
  });

  it('are all there before the function is', () => {
    const [act] = [...resourcesOf(engine, 'AWS::Lambda::Function').values()].filter(
      ({ Properties }) => Properties['FunctionName'] === 'selfheal-act',
    );
    const role = act?.Properties['Role']['Fn::GetAtt'][0];
    const ofAct = policies.filter(([, { Properties }]) => Properties['Roles'][0].Ref === role);
    expect(ofAct.length).toBeGreaterThan(2);
    expect((act as unknown as { DependsOn: string[] }).DependsOn.toSorted()).toEqual(
      ofAct.map(([logicalId]) => logicalId).sort(),
    );
  });
});

describe('the rules for documents of one’s own', () => {
  it('are as many as the names need, and know each of them', () => {
    const engine = synthesizeStacks(largeConfiguration({ components: 1, each: 50 })).engine;
    const listed = (key: string) =>
      [...resourcesOf(engine, 'AWS::Events::Rule').values()].flatMap(
        ({ Properties }) => Properties['EventPattern']?.detail?.[key] ?? [],
      );
    const names = (type: string) =>
      Array.from({ length: 50 }, (_, index) => `Production-${type}-that-clears-a-cache-${index}`);
    expect(listed('document-name')).toEqual(expect.arrayContaining(names('run_document')));
    expect(listed('Definition').toSorted()).toEqual(names('run_automation').sort());
  });
});
