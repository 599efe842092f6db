import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { OWN_ALARM_PREFIX } from '../constructs/alarm-names.ts';
import { HANDLER_NAMES, type HandlerName } from '../constructs/handlers.ts';
import type { HealingFunction } from '../constructs/healing-function.ts';

export interface MonitoringStackProps extends StackProps {
  readonly functions: Readonly<Record<HandlerName, HealingFunction>>;
  readonly triage: IStateMachine;
  /** By what they hold. */
  readonly deadLetterQueues: Readonly<Record<string, IQueue>>;
  /** Who is told. */
  readonly topic: ITopic;
}

/** The alarms on Selfheal itself, for the architect. A heal that fails is no fault of the engine and not among them. */
export class MonitoringStack extends Stack {
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, { description: 'Selfheal: alarms on Selfheal itself', ...props });
    this.action = new SnsAction(props.topic);
    const { functions, triage } = props;
    const period = Duration.minutes(5);

    for (const [what, queue] of Object.entries(props.deadLetterQueues)) {
      const depth = queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
      this.alarmOnAny(`${what}-dead-letters`, `Events wait in the dead-letter queue of ${what}`, depth);
    }
    for (const name of HANDLER_NAMES) {
      const lambda = functions[name].function;
      this.alarmOnAny(`${name}-errors`, `The function ${name} fails`, lambda.metricErrors({ period }));
      this.alarmOnAny(
        `${name}-throttles`,
        `The function ${name} is throttled`,
        lambda.metricThrottles({ period }),
      );
    }
    this.alarmOnAny('triage-failed', 'Signals could not be triaged', triage.metricFailed({ period }));
    this.alarmOnAny('triage-timed-out', 'Triage took too long', triage.metricTimedOut({ period }));
    this.alarmOnSilence(functions.reconcile);
  }

  private alarmOnAny(name: string, description: string, metric: IMetric): void {
    this.alarm(name, description, metric, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private alarmOnSilence(reconcile: HealingFunction): void {
    const invocations = reconcile.function.metricInvocations({ period: Duration.minutes(1) });
    this.alarm('reconcile-silent', 'The reconciler has not run for three minutes', invocations, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private alarm(
    name: string,
    alarmDescription: string,
    metric: IMetric,
    condition: {
      readonly threshold: number;
      readonly comparisonOperator: ComparisonOperator;
      readonly evaluationPeriods: number;
      readonly treatMissingData: TreatMissingData;
    },
  ): void {
    const alarmName = `${OWN_ALARM_PREFIX}${name}`;
    const alarm = new Alarm(this, name, { alarmName, alarmDescription, metric, ...condition });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
  }
}
