import { AsyncLocalStorage } from 'node:async_hooks';
import { translateError } from '../../../functions/adapters/aws/translate-error.ts';
import { ACCOUNT, REGION } from '../../../local/embedded/cloudformation/stack-resources.ts';
import type { EmbeddedCloud } from '../../../local/embedded/embedded-cloud.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { GuardRequest } from '../../../local/embedded/request-guard.ts';
import type { Decision, Question } from '../../../local/ministack/iam.ts';
import type { PolicyEvaluator } from '../../../local/ministack/policy-evaluator.ts';
import type { ManagedNode } from '../../../local/ssm/host-runner.ts';
import { type AskAbout, adapterRequests } from './adapter-requests.ts';
import { RDS } from './questions/databases.ts';
import { APP_CONFIG, CODE_DEPLOY } from './questions/deliveries.ts';
import { ECS, LAMBDA } from './questions/functions-and-services.ts';
import { AUTO_SCALING, EC2, ELASTIC_LOAD_BALANCING } from './questions/hosts.ts';
import { LOGS } from './questions/logs.ts';
import { CLOUDWATCH, DYNAMODB, EVENTS, SECRETS, SNS } from './questions/records-and-messages.ts';
import { type Askings, arnOf, type Facts, type Input, on, onAny } from './questions/resource-arn.ts';
import { systemsManager } from './questions/systems-manager.ts';
import type { RolePolicies } from './role-policies.ts';
import type { TargetConfiguration } from './target-configuration.ts';

export interface AskedDecision extends Decision {
  /** The role's name, as its stack and construct are called. */
  readonly role: string;
}

/**
 * Has IAM decide about each request of the functions that goes through a client of the SDK, and about the calls of
 * calendars and of the functions that strategies and monitors ask, which here do not.
 *
 * @param cloud what the resources in requests belong to
 * @param adapted has it decide about what adapters would send of everything else, too
 */
export function authorizing(
  policies: RolePolicies,
  evaluator: PolicyEvaluator,
  cloud: () => EmbeddedCloud,
  { compiled, nodes }: TargetConfiguration,
  adapted: boolean,
): {
  /** From now on a function may not do this, whatever its policies say. */
  readonly deny: (functionName: string, action: string) => void;
  readonly interceptCall: InterceptCall;
  readonly guardRequest: GuardRequest;
  readonly decisions: () => readonly AskedDecision[];
} {
  const caller = new AsyncLocalStorage<string>();
  const decisions: AskedDecision[] = [];
  const denied = new Set<string>();
  const facts = factsOf(cloud, nodes);
  const services: Readonly<Record<string, Askings>> = {
    ec2: EC2,
    autoscaling: AUTO_SCALING,
    elasticloadbalancing: ELASTIC_LOAD_BALANCING,
    rds: RDS,
    lambda: LAMBDA,
    ecs: ECS,
    codedeploy: CODE_DEPLOY,
    appconfig: APP_CONFIG,
    cloudwatch: CLOUDWATCH,
    dynamodb: DYNAMODB,
    sns: SNS,
    events: EVENTS,
    secretsmanager: SECRETS,
    xray: {
      GetServiceGraph: onAny('xray:GetServiceGraph'),
      GetTraceSummaries: onAny('xray:GetTraceSummaries'),
    },
    cloudtrail: { LookupEvents: onAny('cloudtrail:LookupEvents') },
    logs: LOGS,
    ssm: systemsManager(() => nodes),
  };
  const ask = (service: string, functionName: string, questions: readonly Question[]): void => {
    const role = policies.roleOf(functionName);
    const principal = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${functionName}`;
    const documents = policies.documents(role).map((document) => JSON.stringify(document));
    for (const question of questions) {
      const { action, resource } = question;
      const asker = { principal, account: ACCOUNT, region: REGION, policies: documents };
      const allowed = !denied.has(`${functionName} ${action}`) && evaluator.isAllowed(asker, question);
      decisions.push({ principal, role, action, resource, allowed });
      if (!allowed) throw denial(service, principal, question);
    }
  };
  const askAbout: AskAbout = (service, functionName, operation, input) => {
    const asking = services[service]?.[operation];
    if (!asking) throw new TypeError(`${service}:${operation}: say what IAM is asked about it`);
    ask(service, functionName, asking(input as Input, facts));
  };
  const askAdapters = adapted ? adapterRequests(compiled, askAbout) : async () => undefined;
  return {
    decisions: () => decisions,
    deny: (functionName, action) => void denied.add(`${functionName} ${action}`),
    guardRequest: ({ service, operation, input }) => {
      const functionName = caller.getStore();
      // Not a function: the scenario itself prepares something.
      if (functionName !== undefined) askAbout(service, functionName, operation, input);
    },
    interceptCall: async (call, proceed) => {
      const { functionName, port, args } = call;
      const [name] = args;
      if (port === 'calendars' || port === 'functions' || port === 'monitorFunctions') {
        const [action, resource] =
          port === 'calendars'
            ? ['ssm:GetCalendarState', arnOf('ssm', `document/${String(name)}`)]
            : ['lambda:InvokeFunction', arnOf('lambda', `function:${String(name)}`)];
        try {
          ask(port, functionName, on(action, resource));
        } catch (error) {
          throw translateError(action, error);
        }
      }
      await askAdapters(call);
      return await caller.run(functionName, proceed);
    },
  };
}

function factsOf(cloud: () => EmbeddedCloud, nodes: readonly ManagedNode[]): Facts {
  const managed = nodes[0]?.tags ?? {};
  return {
    tagsOf: (id) => nodes.find(({ instanceId }) => instanceId === id)?.tags ?? managed,
    scalingGroupOf: (id) => {
      const own = nodes.find(({ instanceId }) => instanceId === id) ?? nodes[0];
      return own?.tags['aws:autoscaling:groupName'] ?? '';
    },
    deploymentGroupOf: (deploymentId) => {
      const answer = cloud().deploymentGroups.operations['GetDeployment']?.({ deploymentId }) as {
        readonly deploymentInfo: { readonly applicationName: string; readonly deploymentGroupName: string };
      };
      const { applicationName, deploymentGroupName } = answer.deploymentInfo;
      return `${applicationName}/${deploymentGroupName}`;
    },
    rolesOf: (taskDefinition) => {
      const answer = cloud().serviceCluster.operations['DescribeTaskDefinition']?.({ taskDefinition }) as {
        readonly taskDefinition: { readonly taskRoleArn?: string; readonly executionRoleArn?: string };
      };
      const { taskRoleArn, executionRoleArn } = answer.taskDefinition;
      return [taskRoleArn, executionRoleArn].filter((role) => role !== undefined);
    },
  };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denial(service: string, principal: string, { action, resource }: Question): Error {
  const sentence = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const { name, message } = ANSWERS[service] ?? { name: 'AccessDeniedException', message: '' };
  return Object.assign(new Error(`${message}${sentence}`), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: 403 },
  });
}

/** Services with a protocol of their own, and EC2, answer differently. */
const ANSWERS: Readonly<Record<string, { readonly name: string; readonly message: string }>> = {
  ec2: {
    name: 'UnauthorizedOperation',
    message: 'You are not authorized to perform this operation. ',
  },
  rds: { name: 'AccessDenied', message: '' },
  autoscaling: { name: 'AccessDenied', message: '' },
  sns: { name: 'AuthorizationErrorException', message: '' },
  elasticloadbalancing: { name: 'AccessDenied', message: '' },
};
