import { createScalingGroups } from '../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createMetricData } from '../../functions/adapters/cloudwatch/metric-data.ts';
import { createEc2Instances } from '../../functions/adapters/ec2/ec2-instances.ts';
import { createEcsServices } from '../../functions/adapters/ecs/ecs-services.ts';
import { createTaskDefinitions } from '../../functions/adapters/ecs/task-definitions.ts';
import { createLoadBalancers } from '../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import { createTargetGroups } from '../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { createFunctionVersions } from '../../functions/adapters/lambda/function-versions.ts';
import { createLambdaAliases } from '../../functions/adapters/lambda/lambda-aliases.ts';
import { createDatabases } from '../../functions/adapters/rds/databases.ts';
import { createAutomations } from '../../functions/adapters/ssm/automations.ts';
import { createSsmRunbookRunner } from '../../functions/adapters/ssm/runbook-runner.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { BaselineStore } from '../../functions/ports/baseline-store.ts';
import type { Calendars } from '../../functions/ports/calendars.ts';
import type { ChangeStore } from '../../functions/ports/change-store.ts';
import type { CorrelationStore } from '../../functions/ports/correlation-store.ts';
import type { MetricPages } from '../../functions/ports/metric-pages.ts';
import type { EndpointProber } from '../../functions/ports/observers.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import type { HttpProber, TcpProber } from '../../functions/ports/watchdog-probers.ts';
import type { WatchdogStore } from '../../functions/ports/watchdog-store.ts';

import type { AlarmEngine } from '../alarms/alarm-engine.ts';
import { type AutomationDefinition, createAutomation } from '../ssm/automation.ts';
import type { HostRunner } from '../ssm/host-runner.ts';
import { createEmbeddedApprovals, type EmbeddedApprovals } from './approvals.ts';
import { createEmbeddedScalingGroups, type EmbeddedScalingGroups } from './auto-scaling/scaling-groups.ts';
import type { EmbeddedClock } from './clock/embedded-clock.ts';
import { deployFunctions, deployStack, type OutsideWorld } from './cloudformation/deploy-stack.ts';
import {
  ACCOUNT,
  REGION,
  readStackResources,
  type StackResources,
  topicArn,
} from './cloudformation/stack-resources.ts';
import { synthesizeTemplates } from './cloudformation/synthesize.ts';
import { createEmbeddedAlarmReader } from './cloudwatch/alarm-reader.ts';
import { createEmbeddedAlarms } from './cloudwatch/alarms.ts';
import { createInProcessCloudWatchClient } from './cloudwatch/in-process-client.ts';
import { type CountedMetrics, createCountedMetrics } from './cloudwatch/metrics.ts';
import { createStoredWatchdogMetrics } from './cloudwatch/watchdog-metrics.ts';
import { createInProcessEc2Client, createInstanceFleet, type InstanceFleet } from './ec2/instance-fleet.ts';
import {
  createInProcessEcsClient,
  createServiceCluster,
  type ServiceCluster,
} from './ecs/service-cluster.ts';
import { type BalancedGroups, createBalancedGroups } from './elastic-load-balancing/balanced-groups.ts';
import {
  createEmbeddedLoadBalancers,
  type EmbeddedLoadBalancers,
} from './elastic-load-balancing/load-balancers.ts';
import { createBusAnomalySignals } from './event-bridge/anomaly-signals.ts';
import { createBusChannelEvents } from './event-bridge/channel-events.ts';
import { EventBus, type EventBusDeps } from './event-bridge/event-bus.ts';
import { createBusEventPublisher } from './event-bridge/event-publisher.ts';
import { createBusWatchdogEvents } from './event-bridge/watchdog-events.ts';
import { type FunctionDeps, loadFunctions } from './functions.ts';
import { createInProcessClient } from './in-process-client.ts';
import { silenceFunctionLogs } from './lambda/function-logs.ts';
import { createInProcessLambdaClient } from './lambda/in-process-client.ts';
import { createLambdaService, type LambdaDeps, type LambdaService } from './lambda/lambda-service.ts';
import { createMonitorFunctions } from './lambda/monitor-functions.ts';
import type { Sandbox } from './lambda/sandbox.ts';
import { createLocalFunctions, type LocalFunctions, type LocalMonitors } from './lambda/user-functions.ts';
import { createVersionedFunctions, type VersionedFunctions } from './lambda/versioned-functions.ts';
import { networkPages, networkProbers } from './network-probers.ts';
import { createIds, type Random } from './random/seeded-random.ts';
import { createDatabaseFleet, type DatabaseFleet } from './rds/database-fleet.ts';
import { createRecordingNotifier, type RecordingNotifier } from './sns/notifier.ts';
import { createTopicService, type TopicMessage } from './sns/topic-service.ts';
import { createQueueService, type QueueMessage, type QueueService } from './sqs/queue-service.ts';
import { createEmbeddedHealExecutions, createEmbeddedTaskTokens } from './step-functions/executions.ts';
import { StepFunctionsService } from './step-functions/step-functions-service.ts';
import { memoryStores, type Stores } from './stores.ts';
import { NO_CALENDARS } from './systems-manager/calendars.ts';
import { createInProcessSsmClient } from './systems-manager/in-process-client.ts';
import { createEmbeddedRunCommand, type EmbeddedRunCommand } from './systems-manager/run-command.ts';

export interface EmbeddedCloudOptions {
  readonly configuration: CompiledConfiguration;
  readonly clock: EmbeddedClock;
  /** The only source of randomness: ids, jitter, the delays of events. */
  readonly random: Random;
  /** Where runbooks run. */
  readonly hosts: HostRunner;
  /** The Automation documents that strategies may run, by name. @default none */
  readonly automations?: Readonly<Record<string, AutomationDefinition>>;
  /** The change calendars of the account. @default there are none */
  readonly calendars?: Calendars;
  /** The user's own Command documents, by name, as JSON. @default none */
  readonly userDocuments?: Readonly<Record<string, unknown>>;
  /** The user's own functions that strategies may invoke. @default none */
  readonly userFunctions?: LocalFunctions;
  /** The user's own functions that monitors ask. @default none */
  readonly monitorFunctions?: LocalMonitors;
  /** Where endpoints of monitors are read. @default the network, by the configuration's rules */
  readonly pages?: MetricPages;
  /** Probes health endpoints. */
  readonly endpoints: EndpointProber;
  /** Called when Auto Scaling has launched an instance in place of another: the host has to be played. @default nothing */
  readonly onInstanceLaunched?: (instanceId: string, predecessor: string) => void;
  /** @default in memory */
  readonly stores?: Stores;
  /**
   * Whether alarms are evaluated over their metrics as time passes.
   *
   * @default false
   */
  readonly evaluateAlarms?: boolean;
  /**
   * Whether the watchdog's stack and its dead-man alarms are deployed.
   *
   * @default false
   */
  readonly watchdog?: boolean;
  /** What channels reach; without it, their stack is not deployed. @default nothing */
  readonly outside?: OutsideWorld;
  /** Send the watchdog's heartbeats. @default the network, by the configuration's rules; not in virtual time */
  readonly probers?: { readonly http: HttpProber; readonly tcp: TcpProber };
  /** Whether the functions' logs are printed. @default false */
  readonly printLogs?: boolean;
  readonly planDelivery?: EventBusDeps['planDelivery'];
  readonly expressRuns?: () => number;
  readonly interceptInvocation?: LambdaDeps['interceptInvocation'];
  readonly interceptCall?: LambdaDeps['interceptCall'];
}

/** Selfheal, deployed into this process. */
export interface EmbeddedCloud {
  readonly bus: EventBus;
  readonly stepFunctions: StepFunctionsService;
  readonly lambda: LambdaService;
  /** Functions with versions and aliases that components run behind; none to begin with. */
  readonly versionedFunctions: VersionedFunctions;
  /** Services of ECS that are components; none to begin with. */
  readonly serviceCluster: ServiceCluster;
  readonly databaseFleet: DatabaseFleet;
  /** Instances of EC2 behind hosts; none to begin with. */
  readonly instanceFleet: InstanceFleet;
  /** Target groups of load balancers before hosts; none to begin with. */
  readonly balancedGroups: BalancedGroups;
  /** Auto Scaling groups of hosts; none to begin with. */
  readonly scalingGroups: EmbeddedScalingGroups;
  /** Application Load Balancers; none to begin with. */
  readonly loadBalancers: EmbeddedLoadBalancers;
  readonly queues: QueueService;
  /** What is deployed, by the names of the stacks. */
  readonly stacks: ReadonlyMap<string, StackResources>;
  /** What people ask of Systems Manager, by operation. */
  readonly systemsManager: EmbeddedRunCommand;
  readonly alarms: AlarmEngine;
  readonly store: OperationStore;
  readonly notifier: RecordingNotifier;
  readonly metrics: CountedMetrics;
  /** What was sent to people who approve by Slack or by links. */
  readonly approvals: Pick<EmbeddedApprovals, 'mails' | 'slackAnswers'>;
  /** What the watchdog remembers. */
  readonly watchdogStore: WatchdogStore;
  /** What is known of the watched series. */
  readonly baselineStore: BaselineStore;
  readonly correlationStore: CorrelationStore;
  readonly changeStore: ChangeStore;
  /** What rules and alarms published to a topic, oldest first; the engine's functions publish through the notifier. */
  readonly topicMessages: (topicName: 'selfheal-architect' | 'selfheal-soc') => readonly TopicMessage[];
  /** The messages in the dead-letter queues, by the queue's URL. */
  readonly deadLetters: () => Readonly<Record<string, readonly QueueMessage[]>>;
  readonly triageArn: string;
  readonly healArn: string;
  /** Errors that no workflow should see: defects of the embedded cloud or of a handler's wiring. */
  readonly defects: () => readonly unknown[];
  /** Replaces the functions by ones with another configuration. Alarms and rules stay. */
  readonly redeploy: (configuration: CompiledConfiguration) => void;
  /** Ends schedules and the alarms' evaluation. */
  readonly close: () => void;
}

/** The watchdog was to send heartbeats over the network while time is virtual. */
class ProbersMissing extends Error {
  override readonly name = 'ProbersMissing';
  readonly code = 'PROBERS_MISSING';
}

/**
 * Deploys the output of `cdk synth` for a configuration into this process: the same state machines, rules, time-outs
 * and retry policies, the same handlers, with adapters in memory.
 *
 * @throws InvalidDefinition, InvalidPattern, UnknownResource, AlarmTemplateError for what the embedded cloud does not
 * support
 * @throws ProbersMissing for a watchdog on a virtual clock without probers
 */
export async function createEmbeddedCloud(options: EmbeddedCloudOptions): Promise<EmbeddedCloud> {
  const { clock, random } = options;
  if (options.watchdog === true && options.probers === undefined && clock.isVirtual === true)
    throw new ProbersMissing(
      'probers: the network does not run on virtual time; pass probers, or leave the watchdog out',
    );
  const newId = createIds(random);
  const found: unknown[] = [];
  const onDefect = (error: unknown) => void found.push(error);
  const templates = synthesizeTemplates(options.configuration);
  const { engine, watchdog, analysis, channels, approvals: approving } = templates;
  const later = {
    ...(options.watchdog === true && { SelfhealWatchdog: watchdog }),
    ...(analysis && { SelfhealAnalysis: analysis }),
    ...(options.outside && { SelfhealChannels: channels }),
    ...(approving && { SelfhealApprovals: approving }),
  };
  const stacks: ReadonlyMap<string, StackResources> = new Map([
    ['SelfhealEngine', readStackResources(engine)],
    ...Object.entries(later).map(
      ([name, template]) => [name, readStackResources(template, [engine])] as const,
    ),
  ]);
  if (options.printLogs !== true) silenceFunctionLogs();

  const queues = createQueueService({ nowMs: clock.nowMs, newId });
  const topics = createTopicService({ nowMs: clock.nowMs });
  const bus = new EventBus({
    clock,
    random,
    newId,
    ...(options.planDelivery && { planDelivery: options.planDelivery }),
  });
  const lambda = createLambdaService({
    clock,
    random,
    newId,
    onDefect,
    ...(options.interceptInvocation && { interceptInvocation: options.interceptInvocation }),
    ...(options.interceptCall && { interceptCall: options.interceptCall }),
  });
  const stepFunctions = new StepFunctionsService({
    clock,
    random,
    newId,
    services: { lambda, queues },
    onDefect,
    publishStatus: (arn, detail) => {
      const detailType = 'Step Functions Execution Status Change';
      bus.putEvent({ source: 'aws.states', detailType, detail, resources: [arn] });
    },
    ...(options.expressRuns && { expressRuns: options.expressRuns }),
  });
  const alarms = createEmbeddedAlarms({
    clock,
    newId,
    onDefect,
    publish: (event) => bus.put(event),
    notify: topics.publish,
    hasTopic: topics.hasTopic,
    evaluate: options.evaluateAlarms ?? false,
  });
  const runCommand = createEmbeddedRunCommand({
    clock,
    newId,
    hosts: options.hosts,
    requiredNodeTag: options.configuration.settings.managedTag,
    publish: (entry) => void bus.putEvent(entry),
    ...(options.userDocuments && { userDocuments: options.userDocuments }),
  });
  const automation = createAutomation({
    definitions: options.automations ?? {},
    now: () => new Date(clock.nowMs()),
    newId,
    later: (work) => void clock.after(0, work),
    visibleAfterMs: 200,
    publish: ({ Source, DetailType, Detail, Resources }) =>
      void bus.putEvent({ source: Source, detailType: DetailType, detail: Detail, resources: Resources }),
    place: { region: REGION, account: ACCOUNT },
  });

  const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:selfheal-${name}`;
  const notifier = createRecordingNotifier(clock.nowMs, ({ topic, subject, body }) =>
    topics.hand(topicArn(`selfheal-${topic}`), JSON.stringify(body, null, 2), subject),
  );
  const metrics = createCountedMetrics();
  const approvals = createEmbeddedApprovals(bus);
  const runbooks = createSsmRunbookRunner({
    client: createInProcessSsmClient(runCommand),
    managedTag: options.configuration.settings.managedTag,
  });
  const versionedFunctions = createVersionedFunctions({ newId, random });
  const serviceCluster = createServiceCluster({ clock, newId, publish: (event) => void bus.putEvent(event) });
  const instanceFleet = createInstanceFleet({ clock });
  const databaseFleet = createDatabaseFleet({ clock, publish: (event) => void bus.putEvent(event) });
  const balancedGroups = createBalancedGroups({ clock });
  const loadBalancers = createEmbeddedLoadBalancers();
  const scalingGroups = createEmbeddedScalingGroups({
    clock,
    onLaunched: (id, predecessor, targetGroups) => {
      instanceFleet.launch({ instanceId: id });
      options.onInstanceLaunched?.(id, predecessor);
      for (const arn of targetGroups) balancedGroups.put(arn, id, 80, 'healthy');
    },
    onTerminating: (id, targetGroups) => {
      instanceFleet.terminate(id);
      for (const arn of targetGroups) balancedGroups.put(arn, id, 80, 'unregistered');
    },
  });
  const stores = options.stores ?? memoryStores();
  const configured = (configuration: CompiledConfiguration) => ({
    configuration,
    ...(options.probers ?? networkProbers(configuration)),
  });
  let deps: FunctionDeps = {
    ...configured(options.configuration),
    home: { account: ACCOUNT, region: REGION },
    ...stores,
    clock,
    random,
    metrics,
    notifier,
    events: createBusEventPublisher(bus),
    alarms: createEmbeddedAlarmReader(
      alarms.names,
      alarms.stateOf,
      alarms.changedAtMs,
      alarms.silencedBy,
      alarms.targetsOf,
      alarms.redInstances,
    ),
    calendars: options.calendars ?? NO_CALENDARS,
    endpoints: options.endpoints,
    functions: createLocalFunctions(options.userFunctions ?? {}),
    services: createEcsServices(createInProcessEcsClient(serviceCluster)),
    taskDefinitions: createTaskDefinitions(createInProcessEcsClient(serviceCluster)),
    instances: createEc2Instances(createInProcessEc2Client(instanceFleet)),
    databases: createDatabases(createInProcessClient('RDS', databaseFleet.operations)),
    scalingGroups: createScalingGroups(createInProcessClient('AutoScaling', scalingGroups.operations)),
    loadBalancers: createLoadBalancers(
      createInProcessClient('ElasticLoadBalancing', loadBalancers.operations),
    ),
    targetGroups: createTargetGroups(
      createInProcessClient('ElasticLoadBalancing', balancedGroups.operations),
    ),
    aliases: createLambdaAliases(createInProcessLambdaClient(versionedFunctions)),
    versions: createFunctionVersions(createInProcessLambdaClient(versionedFunctions)),
    automations: createAutomations(createInProcessSsmClient(automation)),
    runbooks,
    tokens: createEmbeddedTaskTokens(stepFunctions),
    executions: createEmbeddedHealExecutions(stepFunctions, arnOf('heal')),
    channels: createBusChannelEvents(bus),
    watchdogEvents: createBusWatchdogEvents(bus),
    watchdogMetrics: createStoredWatchdogMetrics(alarms.engine.metrics, clock.nowMs),
    metricData: createMetricData(createInProcessCloudWatchClient(alarms.engine)),
    monitorFunctions: createMonitorFunctions(lambda, options.monitorFunctions ?? {}),
    pages: options.pages ?? networkPages(options.configuration),
    anomalySignals: createBusAnomalySignals(bus),
    ...approvals.ports,
  };
  const functionOf = await loadFunctions();
  const targets = {
    lambda,
    stepFunctions,
    bus,
    queues,
    topics,
    ...(options.outside && { outside: options.outside }),
    createHandler: (name: string) => {
      const { granted, createHandler } = functionOf(name);
      return (sandbox: Sandbox) => createHandler(sandbox.guard(granted(deps)));
    },
  };
  for (const resources of stacks.values()) deployStack(resources, targets);
  for (const template of templates.alarms) await alarms.deploy(template);
  if (options.watchdog === true) await alarms.deploy(templates.deadMan);

  return {
    bus,
    stepFunctions,
    lambda,
    versionedFunctions,
    serviceCluster,
    databaseFleet,
    instanceFleet,
    balancedGroups,
    loadBalancers,
    scalingGroups,
    queues,
    stacks,
    systemsManager: runCommand,
    alarms: alarms.engine,
    store: stores.store,
    notifier,
    metrics,
    approvals,
    watchdogStore: stores.watchdog,
    baselineStore: stores.baselines,
    correlationStore: stores.correlation,
    changeStore: stores.changes,
    topicMessages: (name) => topics.messages(topicArn(name)),
    deadLetters: () =>
      Object.fromEntries(
        [...stacks.values()]
          .flatMap((stack) => stack.queues)
          .map(({ url }) => [url, queues.messages(url)] as const),
      ),
    triageArn: arnOf('triage'),
    healArn: arnOf('heal'),
    defects: () => found,
    redeploy: (configuration) => {
      deps = { ...deps, ...configured(configuration) };
      for (const resources of stacks.values()) deployFunctions(resources, targets);
    },
    close: () => {
      bus.close();
      alarms.close();
    },
  };
}
