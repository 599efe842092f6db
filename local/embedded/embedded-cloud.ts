import { createMetricData } from '../../functions/adapters/cloudwatch/metric-data.ts';
import { createAutomations } from '../../functions/adapters/ssm/automations.ts';
import { createSsmRunbookRunner } from '../../functions/adapters/ssm/runbook-runner.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { BaselineStore } from '../../functions/ports/baseline-store.ts';
import type { ChangeStore } from '../../functions/ports/change-store.ts';
import type { CorrelationStore } from '../../functions/ports/correlation-store.ts';
import type { DiscoveredGraphs } from '../../functions/ports/discovered-graphs.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import type { WatchdogStore } from '../../functions/ports/watchdog-store.ts';

import type { AlarmEngine } from '../alarms/alarm-engine.ts';
import { createAutomation } from '../ssm/automation.ts';
import { createEmbeddedApprovals, type EmbeddedApprovals } from './approvals.ts';
import { deadLetterQueues, deployFunctions, deployStack } from './cloudformation/deploy-stack.ts';
import { readStacks } from './cloudformation/read-stacks.ts';
import { ACCOUNT, REGION, type StackResources, topicArn } from './cloudformation/stack-resources.ts';
import { synthesizeTemplates } from './cloudformation/synthesize.ts';
import { createEmbeddedAlarmReader } from './cloudwatch/alarm-reader.ts';
import { createEmbeddedAlarms } from './cloudwatch/alarms.ts';
import { createInProcessCloudWatchClient } from './cloudwatch/in-process-client.ts';
import { type CountedMetrics, createCountedMetrics } from './cloudwatch/metrics.ts';
import { createStoredWatchdogMetrics } from './cloudwatch/watchdog-metrics.ts';
import { type EmbeddedCloudOptions, ProbersMissing } from './embedded-cloud-options.ts';
import { createBusAnomalySignals } from './event-bridge/anomaly-signals.ts';
import { createBusChannelEvents } from './event-bridge/channel-events.ts';
import type { EventEntry } from './event-bridge/event.ts';
import { EventBus } from './event-bridge/event-bus.ts';
import { createBusEventPublisher } from './event-bridge/event-publisher.ts';
import { createBusWatchdogEvents } from './event-bridge/watchdog-events.ts';
import { type FunctionDeps, loadFunctions } from './functions.ts';
import { silenceFunctionLogs } from './lambda/function-logs.ts';
import { createLambdaService, type LambdaService } from './lambda/lambda-service.ts';
import { createMonitorFunctions } from './lambda/monitor-functions.ts';
import type { Sandbox } from './lambda/sandbox.ts';
import { createLocalFunctions } from './lambda/user-functions.ts';
import { networkPages, networkProbers } from './network-probers.ts';
import { createIds } from './random/seeded-random.ts';
import { guarded } from './request-guard.ts';
import { createRecordingNotifier, type RecordingNotifier } from './sns/notifier.ts';
import { createTopicService, type TopicMessage } from './sns/topic-service.ts';
import { createQueueService, type QueueMessage, type QueueService } from './sqs/queue-service.ts';
import { createEmbeddedHealExecutions, createEmbeddedTaskTokens } from './step-functions/executions.ts';
import { StepFunctionsService } from './step-functions/step-functions-service.ts';
import { memoryStores } from './stores.ts';
import { NO_CALENDARS } from './systems-manager/calendars.ts';
import { createInProcessSsmClient } from './systems-manager/in-process-client.ts';
import { createEmbeddedRunCommand, type EmbeddedRunCommand } from './systems-manager/run-command.ts';
import { createTargetServices, type TargetServices } from './target-services.ts';

/** Selfheal, deployed into this process. */
export interface EmbeddedCloud extends TargetServices {
  readonly bus: EventBus;
  readonly stepFunctions: StepFunctionsService;
  readonly lambda: LambdaService;
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
  /** The dependencies that were discovered. */
  readonly discoveredGraphs: DiscoveredGraphs;
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
  const stacks = readStacks(templates, options);
  if (options.printLogs !== true) silenceFunctionLogs();

  const queues = createQueueService({ clock, newId });
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
    client: guarded('ssm', createInProcessSsmClient(runCommand), options.guardRequest),
    managedTag: options.configuration.settings.managedTag,
  });
  const publish = (event: EventEntry) => void bus.putEvent(event);
  const onInstanceLaunched = options.onInstanceLaunched ?? (() => undefined);
  const { ports, ...targetServices } = createTargetServices({
    clock,
    newId,
    random,
    publish,
    onInstanceLaunched,
    guardRequest: options.guardRequest,
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
    ...ports,
    automations: createAutomations(
      guarded('ssm', createInProcessSsmClient(automation), options.guardRequest),
    ),
    runbooks,
    tokens: createEmbeddedTaskTokens(stepFunctions),
    executions: createEmbeddedHealExecutions(stepFunctions, arnOf('heal')),
    channels: createBusChannelEvents(bus),
    watchdogEvents: createBusWatchdogEvents(bus),
    watchdogMetrics: createStoredWatchdogMetrics(alarms.engine.metrics, clock.nowMs),
    metricData: createMetricData(
      guarded('cloudwatch', createInProcessCloudWatchClient(alarms.engine), options.guardRequest),
    ),
    monitorFunctions: createMonitorFunctions(lambda, options.monitorFunctions ?? {}),
    pages: options.pages ?? networkPages(options.configuration),
    anomalySignals: createBusAnomalySignals(bus),
    ...approvals.ports,
  };
  const functionOf = await loadFunctions();
  const targets = {
    clock,
    onDefect,
    lambda,
    stepFunctions,
    bus,
    queues,
    topics,
    ...(options.outside && { outside: options.outside }),
    createHandler: (name: string) => {
      const { granted, createHandler } = functionOf(name);
      const own = (shared: FunctionDeps) => options.depsOf?.(name, shared) ?? shared;
      return (sandbox: Sandbox) => createHandler(sandbox.guard(granted(own(deps))));
    },
  };
  for (const resources of stacks.values()) deployStack(resources, targets);
  for (const template of templates.alarms) await alarms.deploy(template);
  if (options.watchdog === true) await alarms.deploy(templates.deadMan);

  return {
    bus,
    stepFunctions,
    lambda,
    ...targetServices,
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
    discoveredGraphs: stores.discovered,
    topicMessages: (name) => topics.messages(topicArn(name)),
    deadLetters: () =>
      Object.fromEntries(
        [...stacks.values()].flatMap(deadLetterQueues).map(({ url }) => [url, queues.messages(url)] as const),
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
