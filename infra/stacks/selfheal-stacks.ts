import { Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { plannedAlarms } from '../../functions/core/configuration/planned-alarms.ts';
import type { Configuration } from '../../functions/core/configuration/schema.ts';
import { OWN_ALARM_PREFIX } from '../constructs/alarm-names.ts';
import { loadRunbooks } from '../constructs/runbook-document.ts';
import { AlarmsStack } from './alarms-stack.ts';
import { DeadManStack } from './dead-man-stack.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import { EngineStack } from './engine-stack.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { RunbooksStack } from './runbooks-stack.ts';
import { StateStack } from './state-stack.ts';
import { WatchdogStack } from './watchdog-stack.ts';
import { WebhookStack } from './webhook-stack.ts';

const RUNBOOKS_DIRECTORY = `${import.meta.dirname}/../runbooks`;

/** CloudFormation takes 500 resources in a stack; one is the CDK's own. */
const MAXIMUM_ALARMS = 499;

export interface SelfhealStacks {
  readonly state: StateStack;
  readonly runbooks: RunbooksStack;
  readonly alarms: AlarmsStack;
  readonly engine: EngineStack;
  readonly monitoring: MonitoringStack;
  readonly watchdog: WatchdogStack;
  readonly deadMan: DeadManStack;
  /** Only if the configuration names one. */
  readonly webhook?: WebhookStack;
}

/** Alarms that the configuration may well describe, and that can't be deployed. */
export class UndeployableAlarms extends Error {
  override readonly name = 'UndeployableAlarms';
  readonly code: 'OWN_ALARM_ADOPTED' | 'TOO_MANY_ALARMS';

  constructor(code: UndeployableAlarms['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * All of Selfheal for one configuration, for whatever account and region it is deployed to.
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
  checkAlarms(planned.length, adoptedAlarmNames);

  const runbookDefinitions = loadRunbooks(RUNBOOKS_DIRECTORY);
  const state = new StateStack(scope, 'SelfhealState', { removalPolicy: options.removalPolicy });
  const runbooks = new RunbooksStack(scope, 'SelfhealRunbooks', { runbooks: runbookDefinitions });
  const engine = new EngineStack(scope, 'SelfhealEngine', {
    configuration: compiled,
    table: state.table,
    documentNames: runbookDefinitions.map(({ name }) => name),
    adoptedAlarmNames,
    lambdaEnvironment: options.lambdaEnvironment,
    reserveConcurrency: options.reserveConcurrency,
  });
  const monitoring = new MonitoringStack(scope, 'SelfhealMonitoring', {
    functions: engine.functions,
    triage: engine.triage,
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
  const { webhook: called } = compiled.settings.notify;
  const webhook =
    called && new WebhookStack(scope, 'SelfhealWebhook', { webhook: called, topic: engine.topics.architect });
  const alarms = new AlarmsStack(scope, 'SelfhealAlarms', { plannedAlarms: planned });
  // Runbooks are there before anything sends them, and somebody listens before the first alarm speaks.
  engine.addStackDependency(runbooks);
  alarms.addStackDependency(engine);
  // Its alarms would fire before the first round.
  deadMan.addStackDependency(watchdog);

  Tags.of(scope).add('application', 'selfheal');
  return { state, runbooks, alarms, engine, monitoring, watchdog, deadMan, ...(webhook && { webhook }) };
}

function checkAlarms(createdCount: number, adoptedAlarmNames: readonly string[]): void {
  const own = adoptedAlarmNames.find((name) => name.startsWith(OWN_ALARM_PREFIX));
  if (own !== undefined) {
    throw new UndeployableAlarms(
      'OWN_ALARM_ADOPTED',
      `adopt: "${own}" watches Selfheal itself and is never healed; alarms of components don't begin with ${OWN_ALARM_PREFIX}`,
    );
  }
  if (createdCount > MAXIMUM_ALARMS) {
    throw new UndeployableAlarms(
      'TOO_MANY_ALARMS',
      `${createdCount} alarms to create, where one stack holds ${MAXIMUM_ALARMS}; create some elsewhere and \`adopt\` them`,
    );
  }
}
