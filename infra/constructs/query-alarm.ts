import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { PlannedQueryAlarm } from '../../functions/core/configuration/planned-alarms.ts';

/**
 * An alarm over a Metrics Insights query that returns several series, each with a state of its own. CDK's own alarms
 * accept only metrics and metric math.
 */
export class QueryAlarm extends CfnAlarm {
  constructor(scope: Construct, id: string, planned: PlannedQueryAlarm) {
    super(scope, id, {
      alarmName: planned.alarmName,
      alarmDescription: planned.description,
      actionsEnabled: false,
      metrics: [
        { id: 'q1', expression: planned.expression, period: planned.periodSeconds, returnData: true },
      ],
      threshold: planned.threshold,
      comparisonOperator: planned.comparison,
      evaluationPeriods: planned.evaluationPeriods,
      datapointsToAlarm: planned.datapointsToAlarm,
      treatMissingData: planned.missingData,
    });
  }
}
