import { Tags, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DOCUMENT_PARAMETERS } from '../../functions/core/actions/document-parameters.ts';
import { watchedSeries } from '../../functions/core/analysis/component-series.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { type PlannedAlarm, plannedAlarms } from '../../functions/core/configuration/planned-alarms.ts';
import type { Configuration } from '../../functions/core/configuration/schema.ts';
import { OWN_ALARM_PREFIX } from '../constructs/alarm-names.ts';
import { loadRunbooks } from '../constructs/runbook-document.ts';
import { UndeployableAlarms } from '../constructs/undeployable-alarms.ts';
import { AlarmsStack } from './alarms-stack.ts';
import { AnalysisStack } from './analysis-stack.ts';
import { ApprovalsStack } from './approvals-stack.ts';
import { ChannelsStack } from './channels-stack.ts';
import { DeadManStack } from './dead-man-stack.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import { EngineStack } from './engine-stack.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { RunbooksStack } from './runbooks-stack.ts';
import { spreadAlarms } from './spread-alarms.ts';
import { StateStack } from './state-stack.ts';
import { WatchdogStack } from './watchdog-stack.ts';
import { WebhookStack } from './webhook-stack.ts';

const RUNBOOKS_DIRECTORY = `${import.meta.dirname}/../runbooks`;

export interface SelfhealStacks {
  readonly state: StateStack;
  readonly runbooks: RunbooksStack;
  /** In deployment order. */
  readonly alarms: readonly AlarmsStack[];
  readonly engine: EngineStack;
  readonly monitoring: MonitoringStack;
  readonly watchdog: WatchdogStack;
  readonly deadMan: DeadManStack;
  /** Only if the configuration names one. */
  readonly webhook?: WebhookStack;
  /** Only if some component has `anomalies`, `monitors` or a `profile`. */
  readonly analysis?: AnalysisStack;
  /** Only if the configuration names a channel. */
  readonly channels?: ChannelsStack;
  /** Only if people approve by Slack or by links. */
  readonly approvals?: ApprovalsStack;
}

/**
 * All of Selfheal for one configuration, for any account and region.
 *
 * @throws UndeployableAlarms if the configuration adopts an alarm on Selfheal itself, or has more than a stack holds
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
  checkAdopted(adoptedAlarmNames);

  const runbookDefinitions = loadRunbooks(RUNBOOKS_DIRECTORY);
  const state = new StateStack(scope, 'SelfhealState', { removalPolicy: options.removalPolicy });
  const runbooks = new RunbooksStack(scope, 'SelfhealRunbooks', { runbooks: runbookDefinitions });
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
  });
  const watchdog = new WatchdogStack(scope, 'SelfhealWatchdog', {
    configuration: compiled,
    table: state.table,
    topics: engine.topics,
    lambdaEnvironment: options.lambdaEnvironment,
  });
  const deadMan = new DeadManStack(scope, 'SelfhealDeadMan', { watchdog: compiled.watchdog });
  const isAnalyzed = watchedSeries(compiled.components).length > 0;
  const analysis = isAnalyzed
    ? new AnalysisStack(scope, 'SelfhealAnalysis', {
        configuration: compiled,
        table: state.table,
        topics: engine.topics,
        lambdaEnvironment: options.lambdaEnvironment,
      })
    : undefined;
  const { webhook: called, channels: named } = compiled.settings.notify;
  const webhook =
    called && new WebhookStack(scope, 'SelfhealWebhook', { webhook: called, topic: engine.topics.architect });
  const channels =
    Object.keys(named).length > 0
      ? new ChannelsStack(scope, 'SelfhealChannels', {
          configuration: compiled,
          table: state.table,
          topics: engine.topics,
          lambdaEnvironment: options.lambdaEnvironment,
        })
      : undefined;
  const approvals = compiled.settings.approvals
    ? new ApprovalsStack(scope, 'SelfhealApprovals', {
        configuration: compiled,
        table: state.table,
        topics: engine.topics,
        lambdaEnvironment: options.lambdaEnvironment,
        reserveConcurrency: options.reserveConcurrency,
      })
    : undefined;
  const alarms = alarmStacks(scope, planned, configuration.settings.alarmStacks);
  // Runbooks exist before anything sends them, and the rules before the first alarm changes its state.
  engine.addStackDependency(runbooks);
  alarms[0]?.addStackDependency(engine);
  // Before the watchdog's first round, these alarms would fire.
  deadMan.addStackDependency(watchdog);

  Tags.of(scope).add('application', 'selfheal');
  return {
    ...{ state, runbooks, alarms, engine, monitoring, watchdog, deadMan },
    ...(webhook && { webhook }),
    ...(analysis && { analysis }),
    ...(channels && { channels }),
    ...(approvals && { approvals }),
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

function checkAdopted(adoptedAlarmNames: readonly string[]): void {
  const own = adoptedAlarmNames.find((name) => name.startsWith(OWN_ALARM_PREFIX));
  if (own !== undefined) {
    throw new UndeployableAlarms(
      'OWN_ALARM_ADOPTED',
      `adopt: "${own}" watches Selfheal itself and is never healed; alarms of components don't begin with ${OWN_ALARM_PREFIX}`,
    );
  }
}
