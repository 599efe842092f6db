import type { ECSClient } from '@aws-sdk/client-ecs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { createConfigDeployments } from '../../functions/adapters/app-config/config-deployments.ts';
import { createScalingGroups } from '../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createTrail } from '../../functions/adapters/cloudtrail/trail.ts';
import { createLogSearches } from '../../functions/adapters/cloudwatch-logs/log-searches.ts';
import { createCodeDeployments } from '../../functions/adapters/code-deploy/code-deployments.ts';
import { createEc2Instances } from '../../functions/adapters/ec2/ec2-instances.ts';
import { createEcsAddresses } from '../../functions/adapters/ecs/ecs-addresses.ts';
import { createEcsServices } from '../../functions/adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../../functions/adapters/ecs/task-definitions.ts';
import { createBalancedAddresses } from '../../functions/adapters/elastic-load-balancing/balanced-addresses.ts';
import { createLoadBalancers } from '../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import { createTargetGroups } from '../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { createFunctionVersions } from '../../functions/adapters/lambda/function-versions.ts';
import { createLambdaAliases } from '../../functions/adapters/lambda/lambda-aliases.ts';
import { createDatabases } from '../../functions/adapters/rds/databases.ts';
import { createFailedTraces } from '../../functions/adapters/xray/failed-traces.ts';
import { createTracedServices } from '../../functions/adapters/xray/traced-services.ts';
import type { Ports } from '../../functions/ports/ports.ts';
import { type ConfigEnvironments, createConfigEnvironments } from './app-config/config-environments.ts';
import { createEmbeddedScalingGroups, type EmbeddedScalingGroups } from './auto-scaling/scaling-groups.ts';
import type { EmbeddedClock } from './clock/embedded-clock.ts';
import { createEventHistory, type EventHistory } from './cloudtrail/event-history.ts';
import { createEmbeddedLogGroups, type EmbeddedLogGroups } from './cloudwatch-logs/log-groups.ts';
import { createDeploymentGroups, type DeploymentGroups } from './code-deploy/deployment-groups.ts';
import { createInstanceFleet, type InstanceFleet } from './ec2/instance-fleet.ts';
import { createServiceCluster, type ServiceCluster } from './ecs/service-cluster.ts';
import { type BalancedGroups, createBalancedGroups } from './elastic-load-balancing/balanced-groups.ts';
import { type BalancerRoutes, createBalancerRoutes } from './elastic-load-balancing/balancer-routes.ts';
import {
  createEmbeddedLoadBalancers,
  type EmbeddedLoadBalancers,
} from './elastic-load-balancing/load-balancers.ts';
import type { EventEntry } from './event-bridge/event.ts';
import { createInProcessClient, type Operations } from './in-process-client.ts';
import { createVersionedFunctions, type VersionedFunctions } from './lambda/versioned-functions.ts';
import type { Random } from './random/seeded-random.ts';
import { createDatabaseFleet, type DatabaseFleet } from './rds/database-fleet.ts';
import { type GuardRequest, guarded } from './request-guard.ts';
import { createServiceGraph, type ServiceGraph } from './xray/service-graph.ts';
import { createTraceSummaries, type TraceSummaries } from './xray/trace-summaries.ts';

/** The services of AWS that components run on, empty to begin with. */
export interface TargetServices {
  /** Functions with versions and aliases that components run behind. */
  readonly versionedFunctions: VersionedFunctions;
  /** Services of ECS that are components. */
  readonly serviceCluster: ServiceCluster;
  readonly databaseFleet: DatabaseFleet;
  /** Instances of EC2 behind hosts. */
  readonly instanceFleet: InstanceFleet;
  /** Target groups of load balancers before hosts. */
  readonly balancedGroups: BalancedGroups;
  /** Auto Scaling groups of hosts. */
  readonly scalingGroups: EmbeddedScalingGroups;
  /** Application Load Balancers. */
  readonly loadBalancers: EmbeddedLoadBalancers;
  /** Which target groups answer under which names. */
  readonly balancerRoutes: BalancerRoutes;
  /** X-Ray's graph of what calls what. */
  readonly serviceGraph: ServiceGraph;
  /** X-Ray's summaries of traces. */
  readonly traceSummaries: TraceSummaries;
  /** Calls that CloudTrail has recorded. */
  readonly eventHistory: EventHistory;
  /** Log groups of CloudWatch. */
  readonly logGroups: EmbeddedLogGroups;
  /** Deployment groups of CodeDeploy. */
  readonly deploymentGroups: DeploymentGroups;
  /** Environments of AppConfig. */
  readonly configEnvironments: ConfigEnvironments;
}

type TargetPorts = Pick<
  Ports,
  | 'services'
  | 'taskDefinitions'
  | 'instances'
  | 'databases'
  | 'scalingGroups'
  | 'loadBalancers'
  | 'codeDeployments'
  | 'configDeployments'
  | 'targetGroups'
  | 'aliases'
  | 'versions'
  | 'topology'
  | 'logSearches'
  | 'trail'
  | 'failedTraces'
>;

export interface TargetServicesDeps {
  readonly clock: EmbeddedClock;
  readonly newId: () => string;
  readonly random: Random;
  readonly publish: (event: EventEntry) => void;
  /** Called when Auto Scaling has launched an instance in place of another. */
  readonly onInstanceLaunched: (instanceId: string, predecessor: string) => void;
  /** Looks at each request of the adapters. @default - nothing does */
  readonly guardRequest?: GuardRequest | undefined;
}

/** The services, and the ports that reach them by the real adapters. */
export function createTargetServices({
  clock,
  newId,
  random,
  publish,
  onInstanceLaunched,
  guardRequest,
}: TargetServicesDeps): TargetServices & { readonly ports: TargetPorts } {
  const versionedFunctions = createVersionedFunctions({ newId, random });
  const serviceCluster = createServiceCluster({ clock, newId, publish });
  const instanceFleet = createInstanceFleet({ clock });
  const databaseFleet = createDatabaseFleet({ clock, publish });
  const balancedGroups = createBalancedGroups({ clock });
  const loadBalancers = createEmbeddedLoadBalancers();
  const balancerRoutes = createBalancerRoutes();
  const serviceGraph = createServiceGraph({ clock });
  const traceSummaries = createTraceSummaries({ clock });
  const eventHistory = createEventHistory({ clock, newId });
  const logGroups = createEmbeddedLogGroups({ clock, newId });
  const deploymentGroups = createDeploymentGroups({ clock, newId, publish });
  const configEnvironments = createConfigEnvironments({ clock, publish });
  const scalingGroups = createEmbeddedScalingGroups({
    clock,
    onLaunched: (id, predecessor, targetGroups) => {
      instanceFleet.launch({ instanceId: id });
      onInstanceLaunched(id, predecessor);
      for (const arn of targetGroups) balancedGroups.put(arn, id, 80, 'healthy');
    },
    onTerminating: (id, targetGroups) => {
      instanceFleet.terminate(id);
      for (const arn of targetGroups) balancedGroups.put(arn, id, 80, 'unregistered');
    },
  });
  const clientOf = <Client extends object>(
    service: string,
    { operations }: { readonly operations: Operations },
  ): Client =>
    guarded(service.toLowerCase(), createInProcessClient<Client>(service, operations), guardRequest);
  const ecs = clientOf<ECSClient>('ECS', serviceCluster);
  const lambda = clientOf<LambdaClient>('Lambda', versionedFunctions);
  return {
    versionedFunctions,
    serviceCluster,
    databaseFleet,
    instanceFleet,
    balancedGroups,
    scalingGroups,
    loadBalancers,
    balancerRoutes,
    serviceGraph,
    traceSummaries,
    eventHistory,
    logGroups,
    deploymentGroups,
    configEnvironments,
    ports: {
      services: createEcsServices(ecs),
      taskDefinitions: createTaskDefinitions(ecs),
      instances: createEc2Instances(clientOf('EC2', instanceFleet)),
      databases: createDatabases(clientOf('RDS', databaseFleet)),
      scalingGroups: createScalingGroups(clientOf('AutoScaling', scalingGroups)),
      loadBalancers: createLoadBalancers(clientOf('ElasticLoadBalancing', loadBalancers)),
      configDeployments: createConfigDeployments(clientOf('AppConfig', configEnvironments)),
      codeDeployments: createCodeDeployments(clientOf('CodeDeploy', deploymentGroups)),
      targetGroups: createTargetGroups(clientOf('ElasticLoadBalancing', balancedGroups)),
      aliases: createLambdaAliases(lambda),
      versions: createFunctionVersions(lambda),
      failedTraces: createFailedTraces(clientOf('XRay', traceSummaries)),
      trail: createTrail(clientOf('cloudtrail', eventHistory)),
      logSearches: createLogSearches(clientOf('logs', logGroups)),
      topology: {
        traced: createTracedServices(clientOf('XRay', serviceGraph)),
        ecsAddresses: createEcsAddresses(ecs),
        balancedAddresses: createBalancedAddresses(clientOf('ElasticLoadBalancing', balancerRoutes)),
      },
    },
  };
}
