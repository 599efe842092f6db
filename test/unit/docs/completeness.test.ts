import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REFUSAL_REASONS } from '../../../functions/core/admission/refusal.ts';
import { PROBLEM_CODES } from '../../../functions/core/configuration/problem.ts';
import { STEP_FAILURES } from '../../../functions/core/operation/operation.ts';
import { signalFieldNames } from '../../../functions/core/signal/signal-event.ts';
import type { AwsAction } from '../../../functions/handlers/table/aws-actions.ts';
import { HANDLERS, type HandlerName } from '../../../functions/handlers/table/handler-table.ts';
import { actionsOf } from '../../../functions/handlers/table/port-permissions.ts';
import { TOP_LEVEL } from './pages.ts';

/** How docs/safety.md words what a function may do. Items of the table are left out there. */
const WORDS: Readonly<Record<Exclude<AwsAction, `dynamodb:${string}`>, RegExp>> = {
  'ssm:SendCommand': /\bsend (?:all|`selfheal-)/,
  'ssm:DescribeInstanceInformation': /find managed nodes/,
  'ssm:ListCommandInvocations': /read command results/,
  'ssm:ListCommands': /find (?:and cancel )?commands/,
  'ssm:CancelCommand': /cancel commands/,
  'ssm:GetCalendarState': /read the calendars of windows/,
  'ssm:StartAutomationExecution': /start automations/,
  'ssm:GetAutomationExecution': /read (?:and stop )?automations/,
  'ssm:StopAutomationExecution': /stop automations/,
  'cloudwatch:DescribeAlarms': /read alarms/,
  'cloudwatch:DescribeAlarmContributors': /contributors/,
  'cloudwatch:ListAlarmMuteRules': /mute rules/,
  'cloudwatch:GetMetricData': /read metrics/,
  'xray:GetServiceGraph': /read X-Ray's service graph/,
  'xray:GetTraceSummaries': /read summaries of X-Ray's traces/,
  'cloudtrail:LookupEvents': /look up events of CloudTrail/,
  'logs:StartQuery': /search log groups/,
  'logs:GetQueryResults': /search log groups/,
  'logs:StopQuery': /search log groups/,
  'states:SendTaskSuccess': /complete heal tasks/,
  'states:SendTaskFailure': /complete heal tasks/,
  'states:StartExecution': /start heal executions/,
  'states:DescribeExecution': /look at and start heal executions/,
  'events:PutEvents': /put events/,
  'sns:Publish': /publish to/,
  'secretsmanager:GetSecretValue': /read (?:one or two secrets|the key of the links)/,
  'lambda:InvokeFunction': /invoke your functions/,
  'lambda:GetAlias': /Lambda functions and aliases|aliases of Lambda functions/,
  'lambda:UpdateAlias': /change Lambda functions and aliases/,
  'lambda:ListVersionsByFunction': /Lambda functions and aliases/,
  'lambda:GetFunctionConfiguration': /Lambda functions and aliases|the state of functions/,
  'lambda:GetFunctionConcurrency': /Lambda functions and aliases/,
  'lambda:PutFunctionConcurrency': /change Lambda functions and aliases/,
  'lambda:DeleteFunctionConcurrency': /change Lambda functions and aliases/,
  'lambda:GetProvisionedConcurrencyConfig': /Lambda functions and aliases|aliases of Lambda functions/,
  'lambda:PutProvisionedConcurrencyConfig': /change Lambda functions and aliases/,
  'lambda:DeleteProvisionedConcurrencyConfig': /change Lambda functions and aliases/,
  'lambda:UpdateFunctionConfiguration': /change Lambda functions and aliases/,
  'lambda:PublishVersion': /change Lambda functions and aliases/,
  'ecs:DescribeServices': /ECS services/,
  'ecs:DescribeServiceDeployments': /ECS services(?: and their deployments|, what was deployed to them)/,
  'ecs:DescribeServiceRevisions': /what was deployed to them/,
  'ecs:ListServiceDeployments': /what was deployed to them/,
  'ecs:ListTaskDefinitions': /change [^;]*ECS services/,
  'ecs:DescribeTaskDefinition': /change [^;]*ECS services/,
  'ecs:RegisterTaskDefinition': /change [^;]*ECS services/,
  'ecs:StopServiceDeployment': /change [^;]*ECS services/,
  'ecs:TagResource': /change [^;]*ECS services/,
  'ecs:UpdateService': /change [^;]*ECS services/,
  'rds:DescribeDBClusters': /databases of RDS|RDS databases/,
  'rds:DescribeDBInstances': /databases of RDS|RDS databases/,
  'rds:DescribeEvents': /databases of RDS/,
  'rds:AddTagsToResource': /change [^;]*databases of RDS/,
  'rds:CreateDBInstance': /change [^;]*databases of RDS/,
  'rds:DeleteDBCluster': /change [^;]*databases of RDS/,
  'rds:RestoreDBClusterFromSnapshot': /change [^;]*databases of RDS/,
  'rds:DeleteDBInstance': /change [^;]*databases of RDS/,
  'rds:RestoreDBInstanceFromDBSnapshot': /change [^;]*databases of RDS/,
  'rds:FailoverDBCluster': /change [^;]*databases of RDS/,
  'rds:ModifyDBInstance': /change [^;]*databases of RDS/,
  'rds:CreateDBClusterSnapshot': /change [^;]*databases of RDS/,
  'rds:CreateDBSnapshot': /change [^;]*databases of RDS/,
  'rds:DeleteDBClusterSnapshot': /change [^;]*databases of RDS/,
  'rds:DeleteDBSnapshot': /change [^;]*databases of RDS/,
  'rds:DescribeDBClusterSnapshots': /databases of RDS/,
  'rds:DescribeDBSnapshots': /databases of RDS/,
  'rds:RebootDBInstance': /change [^;]*databases of RDS/,
  'ec2:DescribeInstances': /change [^;]*EC2 instances|read EC2 instances|read network interfaces/,
  'ec2:DescribeInstanceStatus': /the status of EC2 instances/,
  'ec2:DescribeInstanceTypes': /change [^;]*EC2 instances/,
  'ec2:DescribeSnapshots': /take snapshots/,
  'ec2:CreateSnapshots': /take snapshots/,
  'ec2:CreateTags': /take snapshots/,
  'ec2:ModifyNetworkInterfaceAttribute': /change [^;]*EC2 instances/,
  'ec2:RebootInstances': /change [^;]*EC2 instances/,
  'ec2:MonitorInstances': /change [^;]*EC2 instances/,
  'ec2:UnmonitorInstances': /change [^;]*EC2 instances/,
  'ecs:DescribeClusters': /settings of ECS clusters/,
  'ecs:UpdateClusterSettings': /change [^;]*settings of ECS clusters/,
  'ec2:StartInstances': /change [^;]*EC2 instances/,
  'ec2:StopInstances': /change [^;]*EC2 instances/,
  'autoscaling:DescribeAutoScalingGroups': /Auto Scaling groups/,
  'autoscaling:DescribeInstanceRefreshes': /instance refreshes/,
  'autoscaling:DescribeScalingActivities': /scaling activities/,
  'autoscaling:SetDesiredCapacity': /change [^;]*Auto Scaling groups/,
  'autoscaling:TerminateInstanceInAutoScalingGroup': /change [^;]*Auto Scaling groups/,
  'elasticloadbalancing:DescribeListeners': /listeners and rules/,
  'elasticloadbalancing:DescribeLoadBalancers': /listeners and rules/,
  'elasticloadbalancing:DescribeRules': /listeners and rules/,
  'elasticloadbalancing:DescribeTargetGroups': /listeners and rules/,
  'elasticloadbalancing:DescribeTargetHealth': /target groups/,
  'elasticloadbalancing:DescribeLoadBalancerAttributes': /load balancers/,
  'elasticloadbalancing:ModifyLoadBalancerAttributes': /change [^;]*load balancers/,
  'elasticloadbalancing:RegisterTargets': /change [^;]*target groups/,
  'elasticloadbalancing:DeregisterTargets': /change [^;]*target groups/,
  'appconfig:GetDeployment': /deployments of AppConfig/,
  'appconfig:ListDeployments': /begin and stop deployments of AppConfig/,
  'appconfig:StartDeployment': /begin and stop deployments of AppConfig/,
  'appconfig:StopDeployment': /begin and stop deployments of AppConfig/,
  'codedeploy:BatchGetDeployments': /create and stop deployments of CodeDeploy/,
  'codedeploy:CreateDeployment': /create and stop deployments of CodeDeploy/,
  'codedeploy:GetApplicationRevision': /create and stop deployments of CodeDeploy/,
  'codedeploy:GetDeployment': /read [^;]*deployments of CodeDeploy/,
  'codedeploy:GetDeploymentConfig': /create and stop deployments of CodeDeploy/,
  'codedeploy:ListDeployments': /create and stop deployments of CodeDeploy/,
  'codedeploy:RegisterApplicationRevision': /create and stop deployments of CodeDeploy/,
  'codedeploy:StopDeployment': /create and stop deployments of CodeDeploy/,
  'codedeploy:UpdateDeploymentGroup': /override the alarms of deployment groups/,
};

const README_BYTES = 10 * 1_024;

const read = (path: string) => readFileSync(`${TOP_LEVEL}${path}`, 'utf8');

/** Those of the names that a page does not mention in backticks. */
function missingIn(path: string, names: readonly string[]): readonly string[] {
  const text = read(path);
  return names.filter((name) => !text.includes(`\`${name}\``));
}

function runbookVerdicts(): readonly string[] {
  const scripts = globSync(['infra/runbooks/*.yaml', 'infra/runbooks/lib/*.sh'], { cwd: TOP_LEVEL }).map(
    read,
  );
  const codes = scripts.flatMap((text) => [
    ...text.matchAll(/\b(?:refuse|fail) (?<code>[A-Z][A-Z_]+)\b|selfheal: (?<printed>[A-Z][A-Z_]+):/g),
  ]);
  return [...new Set(codes.map(({ groups }) => groups?.['code'] ?? groups?.['printed'] ?? ''))];
}

/** The errors that functions throw, with their codes. One that becomes a result where it is caught needs none. */
function functionErrors(): readonly { readonly name: string; readonly code: string | undefined }[] {
  return globSync('functions/**/*.ts', { cwd: TOP_LEVEL }).flatMap((path) =>
    read(path)
      .split(/^(?:export )?(?:abstract )?class /m)
      .slice(1)
      .flatMap((text) => {
        const [, name] = /^ {2}override readonly name(?:: string)? = '(\w+)';/m.exec(text) ?? [];
        const [, code] = /^ {2}(?:override )?readonly code(?:: string)? = '(\w+)';/m.exec(text) ?? [];
        return name === undefined || name === 'AddressRefused' ? [] : [{ name, code }];
      }),
  );
}

function contextKeys(): readonly string[] {
  const [, schema = ''] =
    /optionsSchema = z\.object\(\{(.*?)\n\}\);/s.exec(read('infra/stacks/deployment-options.ts')) ?? [];
  return [...schema.matchAll(/^ {2}(?<key>\w+):/gm)].map(({ groups }) => groups?.['key'] ?? '');
}

describe('the documentation', () => {
  it('has a README that can be read at one sitting', () => {
    expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(README_BYTES);
  });

  it('explains every reason for a refusal', () => {
    expect(missingIn('docs/how-it-decides.md', REFUSAL_REASONS)).toEqual([]);
  });

  it('explains every verdict of a runbook', () => {
    expect(runbookVerdicts().length).toBeGreaterThan(30);
    expect(missingIn('docs/troubleshooting.md', runbookVerdicts())).toEqual([]);
  });

  it('explains every code of a problem of the configuration, and no other', () => {
    const [, section = ''] =
      /### Codes of the configuration\n(.*?)\n## /s.exec(read('docs/troubleshooting.md')) ?? [];
    const first = section.split('\n').map((line) => line.split(' | ')[0] ?? '');
    const explained = first.flatMap((cell) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code),
    );
    expect(explained.toSorted()).toEqual([...PROBLEM_CODES].toSorted());
  });

  it('explains every failure of a step', () => {
    expect(missingIn('docs/troubleshooting.md', STEP_FAILURES)).toEqual([]);
  });

  it('explains every error of a function, by its name and its code', () => {
    const errors = functionErrors();
    const codeOf = (name: string) => name.replaceAll(/(?<!^)(?=[A-Z])/g, '_').toUpperCase();
    expect(errors.length).toBeGreaterThan(12);
    expect(errors.filter(({ name, code }) => code !== codeOf(name))).toEqual([]);
    expect(
      missingIn(
        'docs/troubleshooting.md',
        errors.flatMap(({ name, code = '' }) => [name, code]),
      ),
    ).toEqual([]);
  });

  it('explains every field of a signal', () => {
    expect(missingIn('docs/signals.md', signalFieldNames())).toEqual([]);
  });

  it.each(Object.keys(HANDLERS) as readonly HandlerName[])('says what the function %s may do', (name) => {
    const title = name === 'watch' ? 'watch-<vantage point>' : name;
    const row = read('docs/safety.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${title}\` `));
    const actions = actionsOf(HANDLERS[name].needs);
    const wrong = Object.entries(WORDS).filter(
      ([action, words]) => actions.includes(action as AwsAction) !== words.test(row ?? ''),
    );
    expect(row).toBeDefined();
    expect(wrong.map(([action]) => action)).toEqual([]);
  });

  it('names every partition of the table', () => {
    const text = globSync('functions/adapters/dynamodb/{keys,*-items}.ts', { cwd: TOP_LEVEL })
      .map(read)
      .join('\n');
    const partitions = [...text.matchAll(/(?:PARTITION|_PREFIX|pk:) ?=? '([A-Z][A-Z_-]+)#?'/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'WATCHDOG');
    const page = read('docs/architecture.md');
    expect(partitions.length).toBeGreaterThan(15);
    expect(partitions.filter((name) => !new RegExp(`\\| \`${name}[\`#]`).test(page))).toEqual([]);
  });

  it('lists every context key', () => {
    const text = read('docs/getting-started.md');
    expect(contextKeys()).toContain('config');
    expect(contextKeys().filter((key) => !text.includes(`\`-c ${key}=`))).toEqual([]);
  });
});
