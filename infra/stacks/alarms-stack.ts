import { CfnWaitConditionHandle, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct, IDependable } from 'constructs';
import {
  compositeRule,
  type PlannedAlarm,
  type PlannedThresholdAlarm,
} from '../../functions/core/configuration/planned-alarms.ts';

import { QueryAlarm } from '../constructs/query-alarm.ts';

const COMPARISONS = {
  GreaterThanThreshold: ComparisonOperator.GREATER_THAN_THRESHOLD,
  GreaterThanOrEqualToThreshold: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  LessThanThreshold: ComparisonOperator.LESS_THAN_THRESHOLD,
  LessThanOrEqualToThreshold: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
} as const satisfies Record<PlannedThresholdAlarm['comparison'], ComparisonOperator>;

const MISSING_DATA = {
  missing: TreatMissingData.MISSING,
  ignore: TreatMissingData.IGNORE,
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
} as const satisfies Record<PlannedThresholdAlarm['missingData'], TreatMissingData>;

export interface AlarmsStackProps extends StackProps {
  readonly plannedAlarms: readonly PlannedAlarm[];
}

/**
 * The components' alarms. They have no actions: EventBridge reliably gets every change of state anyway.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export class AlarmsStack extends Stack {
  constructor(scope: Construct, id: string, props: AlarmsStackProps) {
    super(scope, id, { description: 'Selfheal: the alarms of the components', ...props });

    // CloudFormation accepts no empty stack, and a stack that is no longer deployed would keep its alarms.
    if (props.plannedAlarms.length === 0) new CfnWaitConditionHandle(this, 'NoAlarms');
    const byName = new Map<string, IDependable>();
    for (const planned of props.plannedAlarms) {
      if (planned.kind === 'threshold') byName.set(planned.alarmName, this.thresholdAlarm(planned));
      if (planned.kind === 'query')
        byName.set(planned.alarmName, new QueryAlarm(this, planned.alarmName, planned));
    }
    for (const planned of props.plannedAlarms) {
      if (planned.kind !== 'composite') continue;
      const composite = new CompositeAlarm(this, planned.alarmName, {
        compositeAlarmName: planned.alarmName,
        alarmDescription: planned.description,
        actionsEnabled: false,
        alarmRule: AlarmRule.fromString(compositeRule(planned.children)),
      });
      // The rule names its children as text, so CloudFormation can't know that they must come first.
      const created = planned.children.flat().flatMap((name) => byName.get(name) ?? []);
      composite.node.addDependency(...created);
    }
  }

  private thresholdAlarm(planned: PlannedThresholdAlarm): Alarm {
    return new Alarm(this, planned.alarmName, {
      alarmName: planned.alarmName,
      alarmDescription: planned.description,
      actionsEnabled: false,
      metric: new Metric({
        namespace: planned.namespace,
        metricName: planned.metricName,
        dimensionsMap: { ...planned.dimensions },
        statistic: planned.statistic,
        period: Duration.seconds(planned.periodSeconds),
      }),
      threshold: planned.threshold,
      comparisonOperator: COMPARISONS[planned.comparison],
      evaluationPeriods: planned.evaluationPeriods,
      datapointsToAlarm: planned.datapointsToAlarm,
      treatMissingData: MISSING_DATA[planned.missingData],
    });
  }
}
