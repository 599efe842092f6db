import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { HostResource } from '../../functions/core/configuration/target-calls.ts';
import type { HostSelector } from '../../functions/core/configuration/target-selector.ts';
import type { TargetRef } from '../../functions/core/target/target.ts';
import type { Feature, HandlerDefinition } from '../../functions/handlers/table/handler-definition.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import {
  ACTION_RESOURCES,
  type AwsAction,
  type AwsResource,
  actionsOf,
} from '../../functions/handlers/table/port-permissions.ts';
import { usedNeeds } from '../../functions/handlers/table/used-needs.ts';
import { ConfigurationAccess } from './configuration-access.ts';
import { DatabaseAccess } from './database-access.ts';
import { DeliveryAccess } from './delivery-access.ts';
import type { HealingFunction } from './healing-function.ts';
import { HostAccess } from './host-access.ts';
import type { NotificationTopics } from './notification-topics.ts';
import { RunbookAccess } from './runbook-access.ts';
import { clusterArns, functionArn, targetArns } from './target-arns.ts';
import { executionsArn, workflowArn } from './workflow.ts';

export interface FunctionPermissionsProps {
  readonly table: Table;
  readonly topics: NotificationTopics;
  /** Names of all runbooks' SSM documents. */
  readonly documentNames: readonly string[];
  /** Names of the user's functions that strategies invoke, with or without an alias. */
  readonly userFunctions: readonly string[];
  /** Those of them that are asked about what they have started. @default none */
  readonly lastingFunctions?: readonly string[];
  /** The calls that strategies make to the APIs of components’ targets, with these targets. */
  readonly targetCalls: ReadonlyMap<string, readonly TargetRef[]>;
  /** The calls that strategies make to EC2 about hosts, with the selectors of these hosts. */
  readonly hostCalls: ReadonlyMap<string, readonly HostSelector[]>;
  /** The same calls, with what the hosts are part of. @default none */
  readonly hostResourceCalls?: ReadonlyMap<string, readonly HostResource[]>;
  /** The calls that strategies make about load balancers, with these. @default none */
  readonly loadBalancerCalls?: ReadonlyMap<string, readonly HostResource[]>;
  /** The calls that strategies make to CodeDeploy, with the deployment groups. @default none */
  readonly deploymentGroupCalls?: ReadonlyMap<string, readonly HostResource[]>;
  /** The calls that strategies make to AppConfig, with the configurations. @default none */
  readonly appConfigCalls?: ReadonlyMap<string, readonly HostResource[]>;
  /** The Automation documents that strategies run. */
  readonly automations: readonly { readonly document: string; readonly version: string }[];
  /** The change calendars of the windows that are in use, by name or ARN. @default none */
  readonly calendars?: readonly string[];
  /** The log groups of components that are searched, by name. @default none */
  readonly logGroups?: readonly string[];
  /** The roles under which they work, by their ARNs. */
  readonly automationRoles: readonly string[];
  /** Roles that revisions of ECS services have. @default none */
  readonly taskRoles?: readonly string[];
  /** The topic and the secrets of approvals by Slack and links. @default there are none */
  readonly approvals?: {
    readonly topic?: Topic;
    readonly linkKeyArn?: string;
    readonly slackSecretArn?: string | undefined;
  };
  /** What the configuration uses. */
  readonly features: ReadonlySet<Feature>;
  /** The tag without which no node can be sent a command. */
  readonly managedTag: { readonly key: string; readonly value: string };
}

type Grant = (grantee: HealingFunction, actions: readonly AwsAction[], handler: HandlerDefinition) => void;

/** Grants each function the actions behind its row of the handler table, and nothing else. */
export class FunctionPermissions extends Construct {
  private readonly grants: Readonly<Record<AwsResource, Grant>>;
  private readonly features: FunctionPermissionsProps['features'];

  constructor(scope: Construct, id: string, props: FunctionPermissionsProps) {
    super(scope, id);
    this.features = props.features;
    const { table, topics, documentNames, userFunctions, targetCalls, hostCalls, automations, managedTag } =
      props;
    const hosts = new HostAccess(this, 'Hosts', { hostCalls, managedTag });
    const databases = new DatabaseAccess(this, 'Databases', targetCalls);
    const deliveries = new DeliveryAccess(this, 'Deliveries', props.deploymentGroupCalls ?? new Map());
    const configurations = new ConfigurationAccess(this, 'Configurations', props.appConfigCalls ?? new Map());
    const runbooks = new RunbookAccess(this, 'RunCommand', managedTag);
    // Written out where a grant would also give SendTaskHeartbeat, or every state machine.
    const heal = workflowArn(this, 'heal');
    this.grants = {
      table: (grantee, actions) => table.grant(grantee, ...actions),
      topics: (grantee, _actions, handler) => topics.grantPublish(grantee, ...topicsOf(props, handler)),
      bus: (grantee, _actions, { eventSource }) => grantee.grantAnnouncing(eventSource),
      'secrets of approvals': (grantee, actions, { needs }) => {
        const { linkKeyArn, slackSecretArn } = props.approvals ?? {};
        const arns = [needs.linkKey && linkKeyArn, needs.slackSecret && slackSecretArn];
        grantee.grant(
          actions,
          arns.filter((arn) => arn !== undefined),
        );
      },
      'functions of the configuration': (grantee, actions, { needs }) => {
        const isAskedOnly = needs.functions?.includes('invoke') === false;
        const names = isAskedOnly ? (props.lastingFunctions ?? []) : userFunctions;
        const arns = names.map((name) => functionArn(this, name));
        if (arns.length > 0) grantee.grant(actions, arns);
      },
      targets: (grantee, actions) => {
        this.grantOnTargets(grantee, actions, targetCalls);
        if (actions.includes('lambda:ListVersionsByFunction')) this.grantOnVersions(grantee, targetCalls);
        const { taskRoles = [] } = props;
        if (
          actions.includes('ecs:UpdateService') &&
          targetCalls.has('ecs:UpdateService') &&
          taskRoles.length > 0
        )
          grantee.grant(['iam:PassRole'], taskRoles, {
            StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
          });
      },
      'targets and their snapshots': (grantee, actions, handler) => {
        this.grantOnTargets(grantee, actions, targetCalls);
        databases.grantOnSnapshots(grantee, actions);
        databases.grantOnCopies(grantee, actions, handler);
      },
      'targets and their members': (grantee, actions) => {
        this.grantOnTargets(grantee, actions, targetCalls);
        databases.grantOnMembers(grantee, actions);
      },
      'snapshots of targets': (grantee, actions) => databases.grantOnSnapshots(grantee, actions),
      'targets and their copies': (grantee, actions, handler) => {
        this.grantOnTargets(grantee, actions, targetCalls);
        databases.grantOnCopies(grantee, actions, handler);
      },
      'copies of targets': (grantee, actions, handler) => databases.grantOnCopies(grantee, actions, handler),
      'any target': (grantee, actions) => {
        const used = actions.filter((action) => targetCalls.has(action) || hostCalls.has(action));
        if (used.length > 0) grantee.grantOnAnyResource(used, `AWS allows ${used.join(', ')} on * only.`);
      },
      'new task definitions': (grantee, actions) => {
        if (actions.some((action) => targetCalls.has(action)))
          this.grantOnNewTaskDefinitions(grantee, actions);
      },
      hosts: (grantee, actions) => hosts.grantOnHosts(grantee, actions),
      'groups of hosts': (grantee, actions) => hosts.grantOnGroups(grantee, actions),
      'resources of hosts': (grantee, actions) =>
        this.grantOnTargets(grantee, actions, props.hostResourceCalls ?? new Map()),
      'load balancers': (grantee, actions) =>
        this.grantOnTargets(grantee, actions, props.loadBalancerCalls ?? new Map()),
      deliveries: (grantee, actions) => deliveries.grantOnDeliveries(grantee, actions),
      'applications of deliveries': (grantee, actions) => deliveries.grantOnApplications(grantee, actions),
      'settings of deliveries': (grantee, actions) => deliveries.grantOnSettings(grantee, actions),
      'environments of configurations': (grantee, actions) =>
        configurations.grantOnEnvironments(grantee, actions),
      'deployments of configurations': (grantee, actions) =>
        configurations.grantOnDeployments(grantee, actions),
      configurations: (grantee, actions) => configurations.grantStarting(grantee, actions),
      'any delivery': (grantee, actions) => deliveries.grantOnAny(grantee, actions),
      'clusters of targets': (grantee, actions) => {
        for (const action of actions) {
          const arns = (targetCalls.get(action) ?? []).flatMap((target) => clusterArns(this, target));
          if (arns.length > 0) grantee.grant([action], [...new Set(arns)]);
        }
      },
      'revisions of targets': (grantee, actions) => {
        for (const action of actions)
          this.grantWithinServices(grantee, 'service-revision', [action], targetCalls.get(action) ?? []);
      },
      'deployments of targets': (grantee, actions) => {
        const byTargets = Map.groupBy(actions, (action) => JSON.stringify(targetCalls.get(action) ?? []));
        for (const [targets, granted] of byTargets)
          this.grantWithinServices(grantee, 'service-deployment', granted, JSON.parse(targets));
      },
      'any host': (grantee, actions) => hosts.grantOnAnyHost(grantee, actions),
      'hosts and snapshots': (grantee, actions) => hosts.grantSnapshots(grantee, actions),
      'network interfaces of hosts': (grantee, actions) => hosts.grantOnInterfaces(grantee, actions),
      'new snapshots': (grantee, actions) => hosts.grantTagging(grantee, actions),
      'automations of the configuration': (grantee, actions) => {
        if (automations.length === 0) return;
        grantee.grant(
          actions,
          automations.flatMap(({ document, version }) => automationArns(this, document, version)),
        );
        if (actions.includes('ssm:StartAutomationExecution'))
          this.grantOnAutomations(grantee, ['ssm:StartAutomationExecution']);
        if (props.automationRoles.length > 0)
          grantee.grant(['iam:PassRole'], props.automationRoles, {
            StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' },
          });
      },
      'calendars of the configuration': (grantee, actions) => {
        const arns = (props.calendars ?? []).map((name) => documentArn(this, name));
        if (arns.length > 0) grantee.grant(actions, arns);
      },
      'log groups of the configuration': (grantee, actions) =>
        this.grantOnLogGroups(grantee, actions, props.logGroups ?? []),
      'automation executions': (grantee, actions) => {
        if (automations.length > 0) this.grantOnAutomations(grantee, actions);
      },
      'heal workflow': (grantee, actions) => grantee.grant(actions, [heal]),
      'heal executions': (grantee, actions) => this.grantOnExecutions(grantee, actions),
      'documents and nodes': (grantee, _actions, { documents = [], documentsOnlyWith = {} }) => {
        const more = Object.entries(documentsOnlyWith).flatMap(([name, features]) =>
          features.some((feature) => this.features.has(feature)) ? [name] : [],
        );
        runbooks.grantSend(grantee, documents === 'all' ? documentNames : [...documents, ...more]);
      },
      anything: (grantee, actions) =>
        grantee.grantOnAnyResource(actions, `AWS allows ${actions.join(', ')} on * only.`),
    };
  }

  grant(grantee: HealingFunction, name: HandlerName): void {
    const handler: HandlerDefinition = HANDLERS[name];
    const byResource = Map.groupBy(
      actionsOf(usedNeeds(handler, this.features)),
      (action) => ACTION_RESOURCES[action],
    );
    for (const [resource, actions] of byResource) this.grants[resource](grantee, actions, handler);
  }

  /** One statement for all calls about the same targets. */
  private grantOnTargets(
    grantee: HealingFunction,
    actions: readonly AwsAction[],
    calls: ReadonlyMap<string, readonly (TargetRef | HostResource)[]>,
  ): void {
    // What a call is checked against beside a function, such as its alias, has a statement of its own: it is shared with
    // other calls on the alias, and a role has room for few statements.
    const granted = actions.flatMap((action) => {
      const arns = (calls.get(action) ?? []).map((target) => targetArns(this, target, action));
      return [0, 1].map((part) => ({
        action,
        arns: [...new Set(arns.flatMap((each) => each.slice(part, part + 1)))].sort(),
      }));
    });
    const byArns = Map.groupBy(granted, ({ arns }) => JSON.stringify(arns));
    for (const [text, allowed] of byArns) {
      const arns = JSON.parse(text) as readonly string[];
      if (arns.length > 0)
        grantee.grant(
          allowed.map(({ action }) => action),
          arns,
        );
    }
  }

  /** Revisions that are being registered only, with the tags of those that they are copies of. */
  private grantOnNewTaskDefinitions(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    const resource = 'task-definition';
    grantee.grant(actions, [Stack.of(this).formatArn({ service: 'ecs', resource, resourceName: '*' })], {
      StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
    });
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:${resource}/*]`,
      reason: 'The condition limits it to revisions that are being registered.',
    });
  }

  /** Revisions or deployments of the services alone; what follows their names is drawn by ECS. */
  private grantWithinServices(
    grantee: HealingFunction,
    resource: 'service-revision' | 'service-deployment',
    actions: readonly AwsAction[],
    targets: readonly TargetRef[],
  ): void {
    if (targets.length === 0) return;
    const names = [...new Set(targets.map(({ id }) => `${id}/*`))].sort();
    grantee.grant(
      actions,
      names.map((resourceName) => Stack.of(this).formatArn({ service: 'ecs', resource, resourceName })),
    );
    for (const name of names)
      Validations.of(grantee).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:${resource}/${name}]`,
        reason:
          'Limited to one service; ECS draws the id of a revision or a deployment of it when it begins.',
      });
  }

  /** A version has to be looked at before it serves, and nobody knows yet which it will be. */
  private grantOnVersions(grantee: HealingFunction, calls: FunctionPermissionsProps['targetCalls']): void {
    const listed = calls.get('lambda:ListVersionsByFunction') ?? [];
    const names = [...new Set(listed.map(({ id }) => `${id.split(':')[0]}:*`))].sort();
    if (names.length === 0) return;
    grantee.grant(
      ['lambda:GetFunctionConfiguration'],
      names.map((name) => functionArn(this, name)),
    );
    for (const name of names)
      Validations.of(grantee).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}]`,
        reason: 'Reading only; the number of a version is known when it is published or chosen.',
      });
  }

  /** IAM knows a log group by its ARN and `:*`, except where it is tagged. */
  private grantOnLogGroups(
    grantee: HealingFunction,
    actions: readonly AwsAction[],
    names: readonly string[],
  ): void {
    if (names.length === 0) return;
    const arns = names.map((name) => logGroupArn(this, name));
    grantee.grant(actions, arns);
    for (const name of names)
      Validations.of(grantee).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${name}:*]`,
        reason: 'One log group: its ARN ends like this in policies.',
      });
  }

  private grantOnAutomations(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    const resource = 'automation-execution';
    grantee.grant(actions, [Stack.of(this).formatArn({ service: 'ssm', resource, resourceName: '*' })]);
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:${resource}/*]`,
      reason: 'Automation draws the id of an execution when it starts.',
    });
  }

  private grantOnExecutions(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    grantee.grant(actions, [executionsArn(this, 'heal')]);
    Validations.of(grantee).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:selfheal-heal:*]',
      reason: 'Every operation has an execution of its own; only those of the heal workflow can be read.',
    });
  }
}

/** A calendar is a document; one that another account shares is known by its ARN. */
function documentArn(scope: Construct, name: string): string {
  if (name.startsWith('arn:')) return name;
  return Stack.of(scope).formatArn({ service: 'ssm', resource: 'document', resourceName: name });
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html */
function logGroupArn(scope: Construct, name: string): string {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return Stack.of(scope).formatArn({
    ...{ service: 'logs', resource: 'log-group', resourceName: `${name}:*`, arnFormat },
  });
}

/**
 * What starting an automation is checked against: AWS's examples name the document and the execution, older ones the
 * definition with its version. AWS's own documents are in nobody's account.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html
 */
function automationArns(scope: Construct, document: string, version: string): readonly string[] {
  const owner = /^aws/i.test(document) ? { account: '' } : {};
  const arn = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ssm', resource, resourceName, ...owner });
  return [arn('automation-definition', `${document}:${version}`), arn('document', document)];
}

/** The variables that a handler reads, with their values in this stack. @param features of the configuration. Default: all */
export function environmentOf(
  scope: Construct,
  {
    table,
    topics,
    features,
  }: Pick<FunctionPermissionsProps, 'table' | 'topics'> & Partial<Pick<FunctionPermissionsProps, 'features'>>,
  name: HandlerName,
): Readonly<Record<string, string>> {
  const handler: HandlerDefinition = HANDLERS[name];
  const needs = features ? usedNeeds(handler, features) : handler.needs;
  const notified = needs.notifier ? (handler.topics ?? []) : [];
  return {
    HOME_ACCOUNT: Stack.of(scope).account,
    HOME_REGION: Stack.of(scope).region,
    ...((needs.store || needs.watchdog || needs.baselines || needs.incidents || needs.samples) && {
      TABLE_NAME: table.tableName,
    }),
    ...(needs.executions && { HEAL_STATE_MACHINE_ARN: workflowArn(scope, 'heal') }),
    ...(notified.includes('soc') && { SOC_TOPIC_ARN: topics.soc.topicArn }),
    ...(notified.includes('architect') && { ARCHITECT_TOPIC_ARN: topics.architect.topicArn }),
  };
}

function topicsOf(
  { topics, approvals }: FunctionPermissionsProps,
  { topics: notified = [] }: HandlerDefinition,
): readonly Topic[] {
  return notified.flatMap((name) => (name === 'approvers' ? (approvals?.topic ?? []) : topics[name]));
}
