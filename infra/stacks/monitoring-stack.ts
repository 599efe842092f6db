import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { CostItem } from '../../functions/core/cost/cost-item.ts';
import { ENGINE_HANDLERS, type HandlerOf } from '../../functions/handlers/table/handler-table.ts';
import type { HealingFunction } from '../constructs/healing-function.ts';
import { HealthDashboard } from '../constructs/health-dashboard.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';

export interface MonitoringStackProps extends StackProps {
  readonly functions: Readonly<Record<HandlerOf<'engine'>, HealingFunction>>;
  readonly triage: IStateMachine;
  readonly heal: IStateMachine;
  /** By what the queues hold. */
  readonly deadLetterQueues: Readonly<Record<string, IQueue>>;
  readonly configuration: CompiledConfiguration;
  /** What the configuration costs in a month. */
  readonly cost: readonly CostItem[];
  /** Where the alarms are published. */
  readonly topic: ITopic;
}

/** The alarms on the engine, for the architect, and the dashboard. A failed heal is not a fault of the engine, and has no alarm here. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, { description: 'Selfheal: alarms on Selfheal itself', ...props });
    const { functions, triage } = props;
    const alarms = new OwnAlarms(this, props.topic);
    const period = Duration.minutes(5);

    for (const [what, queue] of Object.entries(props.deadLetterQueues)) alarms.onDeadLetters(what, queue);
    for (const name of ENGINE_HANDLERS) {
      if (name === 'reconcile') alarms.onPeriodicFunction(name, functions[name]);
      else alarms.onFunction(name, functions[name]);
    }
    alarms.onAny('triage-failed', 'Signals could not be triaged', triage.metricFailed({ period }));
    alarms.onAny('triage-timed-out', 'Triage took too long', triage.metricTimedOut({ period }));
    alarms.onAny(
      'events-lost',
      'State changes of operations could not be published: subscribers to the bus missed them',
      ownMetric('EventsLost', period),
    );
    alarms.onAny(
      'operation-warnings',
      'Operations ended with warnings: see `warnings` of the last operations in the table',
      ownMetric('OperationWarnings', period),
    );
    alarms.onSilence({
      name: 'reconcile-silent',
      description: 'The reconciler has not run for three minutes',
      metric: functions.reconcile.function.metricInvocations({ period: Duration.minutes(1) }),
      evaluationPeriods: 3,
    });
    new HealthDashboard(this, 'Health', {
      alarms: alarms.created,
      functions: ENGINE_HANDLERS.map((name) => functions[name].function),
      heal: props.heal,
      triage,
      deadLetterQueues: props.deadLetterQueues,
      maxConcurrentRepairs: props.configuration.settings.maxConcurrentRepairs,
      components: Object.keys(props.configuration.components).length,
      cost: props.cost,
    });
  }
}

/** One of Selfheal's own metrics, exactly as its functions write it: one dimension more or less is another metric. */
function ownMetric(metricName: string, period: Duration): Metric {
  const dimensionsMap = { service: 'selfheal' };
  return new Metric({ namespace: 'Selfheal', metricName, dimensionsMap, statistic: 'Sum', period });
}
