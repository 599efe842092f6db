import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { Home } from '../core/signal/home.ts';
import type { EventPublisher, Metrics, Notifier } from './announcers.ts';
import type { AnomalySignals } from './anomaly-announcers.ts';
import type { ApprovalStore, ApproverMail, KeptSecret, LinkAddress, SlackResponses } from './approvals.ts';
import type { Automations } from './automations.ts';
import type { BaselineStore } from './baseline-store.ts';
import type { Calendars } from './calendars.ts';
import type { ChangeStore } from './change-store.ts';
import type { ChannelEvents, IncidentStore } from './channels.ts';
import type { Clock } from './clock.ts';
import type { CodeDeployments } from './code-deployments.ts';
import type { ConfigDeployments } from './config-deployments.ts';
import type { CorrelationStore } from './correlation-store.ts';
import type { Databases } from './databases.ts';
import type { DiscoveredGraphs } from './discovered-graphs.ts';
import type { Ec2Instances } from './ec2-instances.ts';
import type { EcsServices } from './ecs-services.ts';
import type { HealExecutions, TaskTokens } from './executions.ts';
import type { FailedTraces } from './failed-traces.ts';
import type { FunctionVersions } from './function-versions.ts';
import type { LambdaAliases } from './lambda-aliases.ts';
import type { LearningStore } from './learning-store.ts';
import type { LoadBalancers } from './load-balancers.ts';
import type { LogSearches } from './log-searches.ts';
import type { MetricData } from './metric-data.ts';
import type { MetricPages } from './metric-pages.ts';
import type { MetricSamples } from './metric-samples.ts';
import type { MonitorFunctions } from './monitor-functions.ts';
import type { AlarmReader, EndpointProber } from './observers.ts';
import type { OperationStore } from './operation-store.ts';
import type { OperatorEvents } from './operator-events.ts';
import type { RunbookRunner } from './runbook-runner.ts';
import type { ScalingGroups } from './scaling-groups.ts';
import type { TargetGroups } from './target-groups.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import type { Topology } from './topology.ts';
import type { Trail } from './trail.ts';
import type { UserFunctions } from './user-functions.ts';
import type { WatchdogEvents, WatchdogMetrics } from './watchdog-announcers.ts';
import type { HttpProber, TcpProber } from './watchdog-probers.ts';
import type { WatchdogStore } from './watchdog-store.ts';

/** Every port, by the name under which use cases receive it. */
export interface Ports {
  readonly store: OperationStore;
  readonly runbooks: RunbookRunner;
  readonly alarms: AlarmReader;
  readonly calendars: Calendars;
  readonly endpoints: EndpointProber;
  readonly executions: HealExecutions;
  readonly tokens: TaskTokens;
  readonly events: EventPublisher;
  readonly notifier: Notifier;
  readonly channels: ChannelEvents;
  readonly incidents: IncidentStore;
  readonly functions: UserFunctions;
  readonly aliases: LambdaAliases;
  readonly versions: FunctionVersions;
  readonly automations: Automations;
  readonly services: EcsServices;
  readonly taskDefinitions: TaskDefinitions;
  readonly instances: Ec2Instances;
  readonly databases: Databases;
  readonly targetGroups: TargetGroups;
  readonly scalingGroups: ScalingGroups;
  readonly loadBalancers: LoadBalancers;
  readonly codeDeployments: CodeDeployments;
  readonly configDeployments: ConfigDeployments;
  readonly metrics: Metrics;
  readonly watchdog: WatchdogStore;
  readonly http: HttpProber;
  readonly tcp: TcpProber;
  readonly watchdogEvents: WatchdogEvents;
  readonly watchdogMetrics: WatchdogMetrics;
  readonly changes: ChangeStore;
  readonly correlation: CorrelationStore;
  readonly discovered: DiscoveredGraphs;
  readonly topology: Topology;
  readonly logSearches: LogSearches;
  readonly trail: Trail;
  readonly failedTraces: FailedTraces;
  readonly baselines: BaselineStore;
  readonly learning: LearningStore;
  readonly metricData: MetricData;
  readonly monitorFunctions: MonitorFunctions;
  readonly samples: MetricSamples;
  readonly pages: MetricPages;
  readonly anomalySignals: AnomalySignals;
  readonly approvals: ApprovalStore;
  readonly decisions: OperatorEvents;
  readonly linkKey: KeptSecret;
  readonly linkAddress: LinkAddress;
  readonly slackSecret: KeptSecret;
  readonly slackResponses: SlackResponses;
  readonly approverMail: ApproverMail;
}

/** Some methods of some ports. */
export type PortMethods = { readonly [P in keyof Ports]?: readonly (keyof Ports[P])[] };

/** What every use case may have: it costs no permission. */
export interface Essentials {
  readonly configuration: CompiledConfiguration;
  /** The account and region that it was deployed to. */
  readonly home: Home;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
}
