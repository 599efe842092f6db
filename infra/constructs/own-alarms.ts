import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { OWN_ALARM_PREFIX } from '../../functions/core/configuration/alarm-sources.ts';
import type { HealingFunction } from './healing-function.ts';

const PERIOD = Duration.minutes(5);

export interface SilenceAlarmProps {
  readonly name: string;
  readonly description: string;
  /** What is counted; less than one counts as silence. */
  readonly metric: IMetric;
  /** How many periods of the metric the silence lasts. */
  readonly evaluationPeriods: number;
}

/** Creates alarms on Selfheal itself, for the architect; rules know them by their prefix, and heal nothing for them. */
export class OwnAlarms {
  /** Those that were created, in their order. */
  readonly created: Alarm[] = [];
  private readonly scope: Construct;
  private readonly action: SnsAction;

  /** @param topic where alarms are published */
  constructor(scope: Construct, topic: ITopic) {
    this.scope = scope;
    this.action = new SnsAction(topic);
  }

  /** Something waits in a dead-letter queue. */
  onDeadLetters(what: string, queue: IQueue): void {
    const depth = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' });
    this.onAny(`${what}-dead-letters`, `Events wait in the dead-letter queue of ${what}`, depth);
  }

  /** A function fails or is throttled. */
  onFunction(name: string, { function: lambda }: HealingFunction): void {
    this.onAny(`${name}-errors`, `The function ${name} fails`, lambda.metricErrors({ period: PERIOD }));
    this.onAny(
      `${name}-throttles`,
      `The function ${name} is throttled`,
      lambda.metricThrottles({ period: PERIOD }),
    );
  }

  /**
   * A function that a schedule calls fails several times in a row: a single bad run is made good by the next one.
   *
   * @param schedule @default every minute, three runs
   */
  onPeriodicFunction(
    name: string,
    { function: lambda }: HealingFunction,
    schedule: { readonly period: Duration; readonly runs: number } = { period: Duration.minutes(1), runs: 3 },
  ): void {
    const { period, runs } = schedule;
    this.onAny(`${name}-errors`, `The function ${name} keeps failing`, lambda.metricErrors({ period }), runs);
    this.onAny(
      `${name}-throttles`,
      `The function ${name} is throttled`,
      lambda.metricThrottles({ period }),
      runs,
    );
  }

  /** A figure that should be zero has not been, for this many periods. */
  onAny(name: string, description: string, metric: IMetric, evaluationPeriods = 1): void {
    this.alarm(name, description, metric, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Something that should happen in every period has stopped. */
  onSilence({ name, description, metric, evaluationPeriods }: SilenceAlarmProps): void {
    this.alarm(name, description, metric, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods,
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
    const alarm = new Alarm(this.scope, name, { alarmName, alarmDescription, metric, ...condition });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
    this.created.push(alarm);
  }
}
