import { createConfigDeployments } from '../../../functions/adapters/app-config/config-deployments.ts';
import { createScalingGroups } from '../../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createCodeDeployments } from '../../../functions/adapters/code-deploy/code-deployments.ts';
import { createEc2Instances } from '../../../functions/adapters/ec2/ec2-instances.ts';
import { createEcsServices } from '../../../functions/adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../../../functions/adapters/ecs/task-definitions.ts';
import { createLoadBalancers } from '../../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import { createTargetGroups } from '../../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { createFunctionVersions } from '../../../functions/adapters/lambda/function-versions.ts';
import { createLambdaAliases } from '../../../functions/adapters/lambda/lambda-aliases.ts';
import { createMemoryChangeStore } from '../../../functions/adapters/memory/change-store.ts';
import { createMemoryCorrelationStore } from '../../../functions/adapters/memory/correlation-store.ts';
import { createMemoryDiscoveredGraphs } from '../../../functions/adapters/memory/discovered-graphs.ts';
import { createMemoryLearningStore } from '../../../functions/adapters/memory/learning-store.ts';
import { createMemoryOperationStore } from '../../../functions/adapters/memory/operation-store.ts';
import { createMemoryWatchdogStore } from '../../../functions/adapters/memory/watchdog-store.ts';
import { createDatabases } from '../../../functions/adapters/rds/databases.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Action } from '../../../functions/core/configuration/schema/schema.ts';
import type { Operation, PlannedStep, StepId } from '../../../functions/core/operation/operation.ts';
import type { MetricData } from '../../../functions/ports/metric-data.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import { createConfigEnvironments } from '../../../local/embedded/app-config/config-environments.ts';
import { createEmbeddedScalingGroups } from '../../../local/embedded/auto-scaling/scaling-groups.ts';
import { createDeploymentGroups } from '../../../local/embedded/code-deploy/deployment-groups.ts';
import { createInstanceFleet } from '../../../local/embedded/ec2/instance-fleet.ts';
import { createServiceCluster } from '../../../local/embedded/ecs/service-cluster.ts';
import { createBalancedGroups } from '../../../local/embedded/elastic-load-balancing/balanced-groups.ts';
import { createEmbeddedLoadBalancers } from '../../../local/embedded/elastic-load-balancing/load-balancers.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createVersionedFunctions } from '../../../local/embedded/lambda/versioned-functions.ts';
import { createDatabaseFleet } from '../../../local/embedded/rds/database-fleet.ts';
import { configured } from '../configuration.ts';
import { HOME, signalEvent } from '../events/selfheal-event.ts';
import { recordingAutomations } from './recording-automations.ts';
import {
  recordingEvents,
  recordingFunctions,
  recordingMetrics,
  recordingNotifier,
  recordingTokens,
  settableClock,
  settableExecutions,
  settableObservers,
} from './recording-ports.ts';
import { node, recordingRunbooks } from './recording-runbooks.ts';

const NO_METRICS: MetricData = { read: async () => ({ reads: [], notes: [] }) };

/** Everything that a use case may ask for: the memory store, and recording fakes of the other ports. */
export function createWorld(configuration: CompiledConfiguration = configured()) {
  let ids = 0;
  const deployments: (() => void)[] = [];
  const versionedFunctions = createVersionedFunctions({
    newId: () => `revision-${ids++}`,
    random: () => 0.5,
  });
  const settled = {
    after: (_: number, settle: () => void) => {
      deployments.push(settle);
      return { cancel: () => undefined };
    },
  };
  const instanceFleet = createInstanceFleet({ clock: settled });
  const balancedGroups = createBalancedGroups({ clock: settled });
  const embeddedBalancers = createEmbeddedLoadBalancers();
  const clock = settableClock();
  const databaseFleet = createDatabaseFleet({ clock: { ...settled, nowMs: clock.nowMs } });
  const configEnvironments = createConfigEnvironments({
    clock: { ...settled, nowMs: clock.nowMs },
    publish: () => undefined,
  });
  const deploymentGroups = createDeploymentGroups({
    clock: { ...settled, nowMs: clock.nowMs },
    newId: () => String(ids++).padStart(9, '0'),
    publish: () => undefined,
  });
  const runbooks = recordingRunbooks();
  const embeddedGroups = createEmbeddedScalingGroups({
    clock: { ...settled, nowMs: clock.nowMs },
    onLaunched: (id, _predecessor, targetGroups) => {
      instanceFleet.launch({ instanceId: id });
      runbooks.nodes = [...runbooks.nodes, node(id)];
      for (const arn of targetGroups) balancedGroups.put(arn, id, 80, 'healthy');
    },
    onTerminating: (id, targetGroups) => {
      instanceFleet.terminate(id);
      runbooks.nodes = runbooks.nodes.filter(({ instanceId }) => instanceId !== id);
      for (const arn of targetGroups) balancedGroups.put(arn, id, 80, 'unregistered');
    },
  });
  const serviceCluster = createServiceCluster({
    clock: settled,
    newId: () => `deployment-${ids++}`,
    publish: () => undefined,
  });
  const store: OperationStore = createMemoryOperationStore();
  return {
    configuration,
    home: HOME,
    store,
    learning: createMemoryLearningStore(store),
    runbooks,
    notifier: recordingNotifier(),
    functions: recordingFunctions(),
    versionedFunctions,
    serviceCluster,
    instanceFleet,
    databaseFleet,
    balancedGroups,
    embeddedGroups,
    embeddedBalancers,
    deploymentGroups,
    configEnvironments,
    /** Has all that is under way in ECS, EC2, RDS and load balancers end. */
    endDeployments: () => {
      for (const settle of deployments.splice(0)) settle();
    },
    instances: createEc2Instances(createInProcessClient('EC2', instanceFleet.operations)),
    databases: createDatabases(createInProcessClient('RDS', databaseFleet.operations)),
    scalingGroups: createScalingGroups(createInProcessClient('AutoScaling', embeddedGroups.operations)),
    loadBalancers: createLoadBalancers(
      createInProcessClient('ElasticLoadBalancing', embeddedBalancers.operations),
    ),
    configDeployments: createConfigDeployments(
      createInProcessClient('AppConfig', configEnvironments.operations),
    ),
    codeDeployments: createCodeDeployments(createInProcessClient('CodeDeploy', deploymentGroups.operations)),
    targetGroups: createTargetGroups(
      createInProcessClient('ElasticLoadBalancing', balancedGroups.operations),
    ),
    services: createEcsServices(createInProcessClient('ECS', serviceCluster.operations)),
    taskDefinitions: createTaskDefinitions(createInProcessClient('ECS', serviceCluster.operations)),
    aliases: createLambdaAliases(createInProcessClient('Lambda', versionedFunctions.operations)),
    versions: createFunctionVersions(createInProcessClient('Lambda', versionedFunctions.operations)),
    automations: recordingAutomations(),
    tokens: recordingTokens(),
    events: recordingEvents(),
    metrics: recordingMetrics(),
    executions: settableExecutions(),
    watchdog: createMemoryWatchdogStore(),
    changes: createMemoryChangeStore(),
    correlation: createMemoryCorrelationStore(),
    discovered: createMemoryDiscoveredGraphs(),
    metricData: NO_METRICS,
    ...settableObservers(),
    clock,
    random: () => 0.5,
  };
}

export type World = ReturnType<typeof createWorld>;

/** The world with some methods of its store replaced. */
export function withStore(world: World, methods: Partial<OperationStore>): World {
  return { ...world, store: { ...world.store, ...methods } };
}

/** The operation that a signal on a component's memory leads to; throws unless it is admitted. */
export async function admitted(
  world: World,
  signal: Readonly<Record<string, unknown>> = {},
): Promise<Operation> {
  const detail = { component: 'web', metric: 'memory', ...signal };
  const decision = await triage(world, signalEvent(detail, `signal-at-${world.clock.now}`));
  if (decision.decision !== 'heal') throw new Error(`not admitted: ${JSON.stringify(decision)}`);
  const operation = await world.store.getOperation(decision.operationId);
  if (!operation) throw new Error('the operation is not on record');
  return operation;
}

/** A step of the operation's strategy, as the state machine carries it. */
export function plannedStep(world: World, operation: Operation, index = 0): PlannedStep {
  const strategy = world.configuration.strategies.find(({ id }) => id === operation.strategyId);
  const action: Action | undefined = strategy?.actions[index];
  if (!action) throw new Error(`${operation.strategyId} has no action ${index}`);
  return { stepId: `heal-${index}` satisfies StepId, action };
}

/** What every state says of its operation, with a task token. */
export const inputOf = ({ operationId, component, fence }: Operation, taskToken = 'token-1') => ({
  operationId,
  component,
  fence,
  attempt: 0,
  taskToken,
});
