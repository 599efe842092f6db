import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { HostResource } from '../../functions/core/configuration/target-calls.ts';
import type { HostSelector } from '../../functions/core/configuration/target-selector.ts';
import type { TargetRef } from '../../functions/core/target/target.ts';
import {
  ACTION_RESOURCES,
  type AwsAction,
  type AwsResource,
} from '../../functions/handlers/table/aws-actions.ts';
import type { Feature, HandlerDefinition } from '../../functions/handlers/table/handler-definition.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import { actionsOf } from '../../functions/handlers/table/port-permissions.ts';
import { usedNeeds } from '../../functions/handlers/table/used-needs.ts';
import { AutomationAccess, type AutomationAccessProps } from './automation-access.ts';
import { ConfigurationAccess } from './configuration-access.ts';
import { DatabaseAccess } from './database-access.ts';
import { DeliveryAccess } from './delivery-access.ts';
import type { HealingFunction } from './healing-function.ts';
import { HostAccess } from './host-access.ts';
import type { NotificationTopics } from './notification-topics.ts';
import { RunbookAccess } from './runbook-access.ts';
import { TargetAccess } from './target-access.ts';
import { functionArn } from './target-arns.ts';
import { executionsArn, workflowArn } from './workflow.ts';

export interface FunctionPermissionsProps extends AutomationAccessProps {
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
  /** The change calendars of the windows that are in use, by name or ARN. @default none */
  readonly calendars?: readonly string[];
  /** The log groups of components that are searched, by name. @default none */
  readonly logGroups?: readonly string[];
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
    const { table, topics, documentNames, userFunctions, targetCalls, hostCalls, managedTag } = props;
    const targets = new TargetAccess(this, 'Targets', { targetCalls, taskRoles: props.taskRoles ?? [] });
    const hosts = new HostAccess(this, 'Hosts', { hostCalls, managedTag });
    const databases = new DatabaseAccess(this, 'Databases', targetCalls);
    const deliveries = new DeliveryAccess(this, 'Deliveries', props.deploymentGroupCalls ?? new Map());
    const configurations = new ConfigurationAccess(this, 'Configurations', props.appConfigCalls ?? new Map());
    const automations = new AutomationAccess(this, 'Automations', props);
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
      targets: (grantee, actions) => targets.grantOnTargets(grantee, actions),
      'targets and their snapshots': (grantee, actions, handler) => {
        targets.grantCalls(grantee, actions, targetCalls);
        databases.grantOnSnapshots(grantee, actions);
        databases.grantOnCopies(grantee, actions, handler);
      },
      'targets and their members': (grantee, actions) => {
        targets.grantCalls(grantee, actions, targetCalls);
        databases.grantOnMembers(grantee, actions);
      },
      'snapshots of targets': (grantee, actions) => databases.grantOnSnapshots(grantee, actions),
      'targets and their copies': (grantee, actions, handler) => {
        targets.grantCalls(grantee, actions, targetCalls);
        databases.grantOnCopies(grantee, actions, handler);
      },
      'copies of targets': (grantee, actions, handler) => databases.grantOnCopies(grantee, actions, handler),
      'any target': (grantee, actions) => {
        const used = actions.filter((action) => targetCalls.has(action) || hostCalls.has(action));
        if (used.length > 0) grantee.grantOnAnyResource(used, `AWS allows ${used.join(', ')} on * only.`);
      },
      'new task definitions': (grantee, actions) => targets.grantOnNewTaskDefinitions(grantee, actions),
      hosts: (grantee, actions) => hosts.grantOnHosts(grantee, actions),
      'groups of hosts': (grantee, actions) => hosts.grantOnGroups(grantee, actions),
      'resources of hosts': (grantee, actions) =>
        targets.grantCalls(grantee, actions, props.hostResourceCalls ?? new Map()),
      'load balancers': (grantee, actions) =>
        targets.grantCalls(grantee, actions, props.loadBalancerCalls ?? new Map()),
      deliveries: (grantee, actions) => deliveries.grantOnDeliveries(grantee, actions),
      'applications of deliveries': (grantee, actions) => deliveries.grantOnApplications(grantee, actions),
      'settings of deliveries': (grantee, actions) => deliveries.grantOnSettings(grantee, actions),
      'environments of configurations': (grantee, actions) =>
        configurations.grantOnEnvironments(grantee, actions),
      'deployments of configurations': (grantee, actions) =>
        configurations.grantOnDeployments(grantee, actions),
      configurations: (grantee, actions) => configurations.grantStarting(grantee, actions),
      'any delivery': (grantee, actions) => deliveries.grantOnAny(grantee, actions),
      'clusters of targets': (grantee, actions) => targets.grantOnClusters(grantee, actions),
      'revisions of targets': (grantee, actions) => targets.grantOnRevisions(grantee, actions),
      'deployments of targets': (grantee, actions) => targets.grantOnDeployments(grantee, actions),
      'any host': (grantee, actions) => hosts.grantOnAnyHost(grantee, actions),
      'hosts and snapshots': (grantee, actions) => hosts.grantSnapshots(grantee, actions),
      'network interfaces of hosts': (grantee, actions) => hosts.grantOnInterfaces(grantee, actions),
      'new snapshots': (grantee, actions) => hosts.grantTagging(grantee, actions),
      'automations of the configuration': (grantee, actions) =>
        automations.grantOnDocuments(grantee, actions),
      'calendars of the configuration': (grantee, actions) => {
        const arns = (props.calendars ?? []).map((name) => documentArn(this, name));
        if (arns.length > 0) grantee.grant(actions, arns);
      },
      'log groups of the configuration': (grantee, actions) =>
        this.grantOnLogGroups(grantee, actions, props.logGroups ?? []),
      'automation executions': (grantee, actions) => automations.grantOnExecutions(grantee, actions),
      'heal workflow': (grantee, actions) => grantee.grant(actions, [heal]),
      'heal executions': (grantee, actions) => this.grantOnExecutions(grantee, actions),
      'documents and nodes': (grantee, _actions, { documents = [], documentsOnlyWith = {}, nodes }) => {
        const more = Object.entries(documentsOnlyWith).flatMap(([name, features]) =>
          features.some((feature) => this.features.has(feature)) ? [name] : [],
        );
        runbooks.grantSend(grantee, documents === 'all' ? documentNames : [...documents, ...more], nodes);
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
      grantee.acknowledgeWildcard(
        `logs:log-group:${name}:*`,
        'One log group: its ARN ends like this in policies.',
      );
  }

  private grantOnExecutions(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    grantee.grant(actions, [executionsArn(this, 'heal')]);
    grantee.acknowledgeWildcard(
      'states:execution:selfheal-heal:*',
      'Every operation has an execution of its own; only those of the heal workflow can be read.',
    );
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

function topicsOf(
  { topics, approvals }: FunctionPermissionsProps,
  { topics: notified = [] }: HandlerDefinition,
): readonly Topic[] {
  return notified.flatMap((name) => (name === 'approvers' ? (approvals?.topic ?? []) : topics[name]));
}
