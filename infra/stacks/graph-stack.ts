import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { GraphSettings } from '../../functions/core/configuration/schema/graph-schema.ts';
import { ecsServices } from '../../functions/core/discovery/ecs-services.ts';
import { environmentOf } from '../constructs/function-environment.ts';
import { FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import type { NotificationTopics } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';
import type { DeploymentOptions } from './deployment-options.ts';

/** Runs in a row that fail before the architect is notified: what is on record is good for days. */
const RUNS = 3;

export interface GraphStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly graph: GraphSettings;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
}

/**
 * The function that reads which components call which, its schedule, and the alarms on it. Deployed only if dependencies
 * are discovered, so that nobody else pays for it.
 */
export class GraphStack extends Stack {
  constructor(scope: Construct, id: string, props: GraphStackProps) {
    super(scope, id, { description: 'Selfheal: discovered dependencies', ...props });
    const { configuration, graph, table, topics, lambdaEnvironment } = props;
    const services = ecsServices(configuration).map((name) => ({ kind: 'ecs_service' as const, id: name }));
    const asksEcs = graph.discover.includes('ecs') && services.length > 0;
    const hasGroups = Object.values(configuration.components).some(
      ({ targetGroup }) => targetGroup !== undefined,
    );
    // Services may be behind load balancers that only ECS knows.
    const asksBalancers = graph.discover.includes('loadBalancers') && (hasGroups || asksEcs);
    const permissions = new FunctionPermissions(this, 'Permissions', {
      ...{ table, topics, managedTag: configuration.settings.managedTag, documentNames: [] },
      ...{ userFunctions: [], automations: [], automationRoles: [], hostCalls: new Map() },
      targetCalls: new Map([['ecs:DescribeServices', services]]),
      features: new Set([
        ...(asksEcs ? (['ecsAddresses'] as const) : []),
        ...(asksBalancers ? (['balancedAddresses'] as const) : []),
      ]),
    });
    const refresh = new HealingFunction(this, 'RefreshGraph', {
      handlerName: 'refresh-graph',
      configuration,
      environment: { ...environmentOf(this, { table, topics }, 'refresh-graph'), ...lambdaEnvironment },
    });
    permissions.grant(refresh, 'refresh-graph');
    const interval = Duration.seconds(graph.refreshSeconds);
    new Rule(this, 'Schedule', {
      description: 'Selfheal: schedule of the dependency graph',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(refresh.function, { maxEventAge: interval, retryAttempts: 1 })],
    });
    // The next run reads what this one has not.
    refresh.retryEvents(0, interval);
    new OwnAlarms(this, topics.architect).onPeriodicFunction('refresh-graph', refresh, {
      period: interval,
      runs: RUNS,
    });
  }
}
