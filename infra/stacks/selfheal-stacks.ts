import { Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DOCUMENT_PARAMETERS } from '../../functions/core/actions/document-parameters.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import {
  OPTIONAL_STACKS,
  type OptionalStack,
  usedStacks,
} from '../../functions/core/configuration/optional-stacks.ts';
import { type PlannedAlarm, plannedAlarms } from '../../functions/core/configuration/planned-alarms.ts';
import type { Configuration } from '../../functions/core/configuration/schema/schema.ts';
import { monthlyCost } from '../../functions/core/cost/monthly-cost.ts';
import { allRunbooks } from '../constructs/all-runbooks.ts';
import { AlarmsStack } from './alarms-stack.ts';
import { AnalysisStack } from './analysis-stack.ts';
import { ApprovalsStack } from './approvals-stack.ts';
import { ChannelsStack } from './channels-stack.ts';
import { DeadManStack } from './dead-man-stack.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import { EngineStack } from './engine-stack.ts';
import { GraphStack } from './graph-stack.ts';
import { InvestigationStack } from './investigation-stack.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { RunbooksStack } from './runbooks-stack.ts';
import { spreadAlarms } from './spread-alarms.ts';
import { StateStack } from './state-stack.ts';
import { UnusedStack } from './unused-stack.ts';
import { WatchdogStack } from './watchdog-stack.ts';
import { WebhookStack } from './webhook-stack.ts';

/**
 * Runbooks of the second stack: one template has no room for all. A document never moves, because the new stack could
 * not create it while the old one still has it. A new runbook goes here.
 */
const LATER_RUNBOOKS: ReadonlySet<string> = new Set([
  'enable_monitoring',
  'increase_resources',
  'look_at_kernel',
  'renew_certificate',
]);

export interface SelfhealStacks {
  readonly state: StateStack;
  readonly runbooks: RunbooksStack;
  readonly laterRunbooks: RunbooksStack;
  /** In deployment order. */
  readonly alarms: readonly AlarmsStack[];
  readonly engine: EngineStack;
  readonly monitoring: MonitoringStack;
  readonly watchdog: WatchdogStack;
  readonly deadMan: DeadManStack;
  /** `undefined`, as are those below, if it is deployed empty: here, if the configuration names no webhook. */
  readonly webhook: WebhookStack | undefined;
  /** Only if some component has `anomalies`, `monitors` or a `profile`. */
  readonly analysis: AnalysisStack | undefined;
  /** Only if dependencies are discovered. */
  readonly graph: GraphStack | undefined;
  /** Only if the configuration names something to be read after failures. */
  readonly investigation: InvestigationStack | undefined;
  /** Only if the configuration names a channel. */
  readonly channels: ChannelsStack | undefined;
  /** Only if people approve by Slack or by links. */
  readonly approvals: ApprovalsStack | undefined;
}

/**
 * All of Selfheal for one configuration, for any account and region.
 *
 * @throws UndeployableAlarms if the configuration has more alarms than a stack holds
 */
export function addSelfhealStacks(
  scope: Construct,
  configuration: Configuration,
  compiled: CompiledConfiguration,
  options: DeploymentOptions,
): SelfhealStacks {
  const planned = plannedAlarms(configuration);
  const created = new Set(planned.map(({ alarmName }) => alarmName));
  const adoptedAlarmNames = Object.keys(compiled.alarms).filter((name) => !created.has(name));

  const runbookDefinitions = allRunbooks();
  const state = new StateStack(scope, 'SelfhealState', { removalPolicy: options.removalPolicy });
  const isLater = ({ action }: { readonly action: string }) => LATER_RUNBOOKS.has(action);
  const runbooks = new RunbooksStack(scope, 'SelfhealRunbooks', {
    runbooks: runbookDefinitions.filter((each) => !isLater(each)),
  });
  const laterRunbooks = new RunbooksStack(scope, 'SelfhealRunbooks2', {
    runbooks: runbookDefinitions.filter(isLater),
  });
  const engine = new EngineStack(scope, 'SelfhealEngine', {
    configuration: compiled,
    table: state.table,
    // Those of profiles carry out no action.
    documentNames: runbookDefinitions
      .filter(({ action }) => action in DOCUMENT_PARAMETERS)
      .map(({ name }) => name),
    adoptedAlarmNames,
    lambdaEnvironment: options.lambdaEnvironment,
    reserveConcurrency: options.reserveConcurrency,
  });
  const monitoring = new MonitoringStack(scope, 'SelfhealMonitoring', {
    functions: engine.functions,
    triage: engine.triage,
    heal: engine.heal,
    deadLetterQueues: engine.deadLetterQueues,
    topic: engine.topics.architect,
    configuration: compiled,
    cost: monthlyCost({ configuration: compiled, planned, repairs: 0 }),
  });
  const watchdog = new WatchdogStack(scope, 'SelfhealWatchdog', {
    configuration: compiled,
    table: state.table,
    topics: engine.topics,
    lambdaEnvironment: options.lambdaEnvironment,
  });
  const deadMan = new DeadManStack(scope, 'SelfhealDeadMan', { watchdog: compiled.watchdog });
  const optional = optionalStacks(scope, compiled, state, engine, options);
  const alarms = alarmStacks(scope, planned, configuration.settings.alarmStacks);
  // Runbooks exist before anything sends them, and the rules before the first alarm changes its state.
  engine.addStackDependency(runbooks);
  engine.addStackDependency(laterRunbooks);
  alarms[0]?.addStackDependency(engine);
  // Before the watchdog's first round, these alarms would fire.
  deadMan.addStackDependency(watchdog);

  Tags.of(scope).add('application', 'selfheal');
  return {
    ...{ state, runbooks, laterRunbooks, alarms, engine, monitoring, watchdog, deadMan },
    ...optional,
  };
}

type OptionalStacks = Pick<
  SelfhealStacks,
  'analysis' | 'graph' | 'investigation' | 'webhook' | 'channels' | 'approvals'
>;

/** Those that a configuration may do without are deployed nevertheless: empty, they end what was there before. */
function optionalStacks(
  scope: Construct,
  compiled: CompiledConfiguration,
  { table }: StateStack,
  { topics }: EngineStack,
  { lambdaEnvironment, reserveConcurrency }: DeploymentOptions,
): OptionalStacks {
  const { graph, notify } = compiled.settings;
  const { webhook } = notify;
  const props = { configuration: compiled, table, topics, lambdaEnvironment };
  const used = usedStacks(compiled);
  const create = <Created>(id: OptionalStack, use: (id: OptionalStack) => Created): Created | undefined => {
    if (used.has(id)) return use(id);
    new UnusedStack(scope, id, OPTIONAL_STACKS[id]);
    return undefined;
  };
  return {
    analysis: create('SelfhealAnalysis', (id) => new AnalysisStack(scope, id, props)),
    graph: create('SelfhealGraph', (id) => graph && new GraphStack(scope, id, { ...props, graph })),
    investigation: create('SelfhealInvestigation', (id) => new InvestigationStack(scope, id, props)),
    webhook: create(
      'SelfhealWebhook',
      (id) => webhook && new WebhookStack(scope, id, { webhook, topic: topics.architect }),
    ),
    channels: create('SelfhealChannels', (id) => new ChannelsStack(scope, id, props)),
    approvals: create(
      'SelfhealApprovals',
      (id) => new ApprovalsStack(scope, id, { ...props, reserveConcurrency }),
    ),
  };
}

/**
 * The stacks are deployed one after another: an alarm that moves is gone from its old stack before its new one creates
 * it.
 */
function alarmStacks(
  scope: Construct,
  planned: readonly PlannedAlarm[],
  wanted: number | undefined,
): readonly AlarmsStack[] {
  const contents = spreadAlarms(planned, wanted);
  const stacks = contents.map(
    ({ stackId, alarms }) => new AlarmsStack(scope, stackId, { plannedAlarms: alarms }),
  );
  for (const [index, stack] of stacks.entries()) {
    const before = stacks[index - 1];
    if (before) stack.addStackDependency(before);
  }
  if (wanted === undefined && stacks[1]) {
    Validations.of(stacks[1]).addWarning(
      'selfheal:alarm-stacks-unset',
      `settings.alarmStacks is not set, and ${planned.length} alarms need ${stacks.length} stacks; write \`alarmStacks: ${stacks.length}\` under \`settings\`, so that they stay where they are if they become fewer`,
    );
  }
  return stacks;
}
