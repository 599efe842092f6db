import { describe, expect, it } from 'vitest';
import { grantedOnTargets, targetConfiguration } from './granted-on-targets.ts';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

describe('the permissions for services of ECS', () => {
  const ecs = (step: string) =>
    targetConfiguration(step)
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

  it('cover the cluster alone where an action changes what is collected of it', () => {
    const cluster = 'arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:cluster/prod';
    const step = '{ type: enable_monitoring, params: { containerInsights: enabled } }';
    expect(grantedOnTargets(ecs(step))).toEqual({
      'selfheal-act': [`ecs:DescribeClusters ${cluster}`, `ecs:UpdateClusterSettings ${cluster}`],
    });
  });

  it('allow passing on the roles that the component names, to tasks alone', () => {
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

  it('come with several rules where there are many ARNs', () => {
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

  it('cover the service, its deployments and revisions; task definitions can only be listed and read as a whole', () => {
    const deployments = `${service.replace(':service/', ':service-deployment/')}/*`;
    expect(grantedOnTargets(ecs('{ type: rollback_deployment, timeoutSeconds: 60 }'))).toEqual({
      'selfheal-act': [
        `ecs:DescribeServiceDeployments ${deployments}`,
        `ecs:DescribeServiceRevisions ${service.replace(':service/', ':service-revision/')}/*`,
        `ecs:DescribeServices ${service}`,
        'ecs:DescribeTaskDefinition *',
        `ecs:ListServiceDeployments ${service}`,
        'ecs:ListTaskDefinitions *',
        `ecs:StopServiceDeployment ${deployments}`,
        `ecs:UpdateService ${service}`,
      ],
      'selfheal-reconcile': [
        `ecs:DescribeServiceDeployments ${deployments}`,
        `ecs:DescribeServices ${service}`,
      ],
    });
  });

  it('cover a greater size on revisions that are registered, with tags on new ones only', () => {
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

  it('come with a rule that wakes the reconciler when a deployment of that service has ended', () => {
    const [rule, ...others] = rulesOf(ecs('{ type: restart_service, timeoutSeconds: 60 }'));
    expect(others).toEqual([]);
    expect(JSON.stringify(rule?.Properties['EventPattern'])).toContain('SERVICE_DEPLOYMENT_COMPLETED');
    expect(asText(rule?.Properties['EventPattern'].resources[0])).toBe(service);
    expect(asText(rule?.Properties['Targets'][0].Arn)).toMatch(/Reconcile/);
  });

  it('come without a rule where nothing is deployed', () => {
    expect(rulesOf(ecs('{ type: health_check }'))).toEqual([]);
    expect(rulesOf(targetConfiguration('{ type: rollback_deployment }'))).toEqual([]);
  });
});
