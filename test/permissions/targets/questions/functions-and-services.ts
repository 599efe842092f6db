import type { Question } from '../../../../local/ministack/iam.ts';
import { type Asking, type Askings, arnOf, on, onAny } from './resource-arn.ts';

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const LAMBDA: Askings = {
  GetAlias: onFunction('lambda:GetAlias'),
  UpdateAlias: onFunction('lambda:UpdateAlias'),
  // Of a version or an alias, where the request names one.
  GetFunctionConfiguration: onQualified('lambda:GetFunctionConfiguration'),
  GetFunctionConcurrency: onFunction('lambda:GetFunctionConcurrency'),
  PutFunctionConcurrency: onFunction('lambda:PutFunctionConcurrency'),
  DeleteFunctionConcurrency: onFunction('lambda:DeleteFunctionConcurrency'),
  GetProvisionedConcurrencyConfig: onQualified('lambda:GetProvisionedConcurrencyConfig'),
  PutProvisionedConcurrencyConfig: onQualified('lambda:PutProvisionedConcurrencyConfig'),
  DeleteProvisionedConcurrencyConfig: onQualified('lambda:DeleteProvisionedConcurrencyConfig'),
  ListVersionsByFunction: onFunction('lambda:ListVersionsByFunction'),
  PublishVersion: onFunction('lambda:PublishVersion'),
  UpdateFunctionConfiguration: onFunction('lambda:UpdateFunctionConfiguration'),
};

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
export const ECS: Askings = {
  DescribeServices: ({ cluster, services }) => {
    const names = services as readonly string[];
    return on('ecs:DescribeServices', ...names.map((name) => serviceArn(cluster, name)));
  },
  ListServiceDeployments: ({ cluster, service }) =>
    on('ecs:ListServiceDeployments', serviceArn(cluster, String(service))),
  DescribeServiceDeployments: ({ serviceDeploymentArns }) =>
    on('ecs:DescribeServiceDeployments', ...(serviceDeploymentArns as readonly string[])),
  StopServiceDeployment: ({ serviceDeploymentArn }) =>
    on('ecs:StopServiceDeployment', String(serviceDeploymentArn)),
  DescribeServiceRevisions: ({ serviceRevisionArns }) =>
    on('ecs:DescribeServiceRevisions', ...(serviceRevisionArns as readonly string[])),
  DescribeTaskDefinition: onAny('ecs:DescribeTaskDefinition'),
  ListTaskDefinitions: onAny('ecs:ListTaskDefinitions'),
  UpdateService: ({ cluster, service, taskDefinition }, { rolesOf }) => [
    ...on('ecs:UpdateService', serviceArn(cluster, String(service))),
    ...(taskDefinition === undefined ? [] : rolesOf(String(taskDefinition)).map(passed)),
  ],
  RegisterTaskDefinition: ({ family, tags, taskRoleArn, executionRoleArn }) => {
    const resource = arnOf('ecs', `task-definition/${String(family)}:9`);
    const context = { 'ecs:CreateAction': 'RegisterTaskDefinition' };
    return [
      ...on('ecs:RegisterTaskDefinition', resource),
      ...(Array.isArray(tags) ? [{ action: 'ecs:TagResource', resource, context }] : []),
      ...[taskRoleArn, executionRoleArn].flatMap((role) => (role === undefined ? [] : passed(String(role)))),
    ];
  },
  DescribeClusters: ({ clusters }) => {
    const names = clusters as readonly string[];
    return on('ecs:DescribeClusters', ...names.map((name) => arnOf('ecs', `cluster/${name}`)));
  },
  UpdateClusterSettings: ({ cluster }) =>
    on('ecs:UpdateClusterSettings', arnOf('ecs', `cluster/${String(cluster)}`)),
};

function onFunction(action: string): Asking {
  return ({ FunctionName }) => on(action, arnOf('lambda', `function:${String(FunctionName)}`));
}

function onQualified(action: string): Asking {
  return ({ FunctionName, Qualifier }) => {
    const qualifier = Qualifier === undefined ? '' : `:${String(Qualifier)}`;
    return on(action, arnOf('lambda', `function:${String(FunctionName)}${qualifier}`));
  };
}

function serviceArn(cluster: unknown, name: string): string {
  return arnOf('ecs', `service/${String(cluster)}/${name}`);
}

function passed(role: string): Question {
  return {
    action: 'iam:PassRole',
    resource: role,
    context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
  };
}
