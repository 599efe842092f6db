import { CfnWaitConditionHandle, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { WatchdogSettings } from '../../functions/core/configuration/schema/watchdog-schema.ts';
import { ARCHITECT_TOPIC_NAME } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';

/** The period in which there must be a round: one minute, or more if rounds are further apart. */
const SHORTEST_PERIOD_SECONDS = 60;

const PERIODS = 2;

export interface DeadManStackProps extends StackProps {
  readonly watchdog: WatchdogSettings;
}

/**
 * An alarm for each shard of the watchdog that fires when there has been no round in two periods: two minutes, if
 * rounds are a minute apart or less. A period without rounds is filled with 0: otherwise CloudWatch would look further
 * back for real points, and fire that much later. If there has never been a point, there is nothing to fill; then
 * missing data is breaching.
 *
 * A stack of its own, for emulators that don't know metric math.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export class DeadManStack extends Stack {
  constructor(scope: Construct, id: string, props: DeadManStackProps) {
    super(scope, id, { description: 'Selfheal: the alarms that ring when the watchdog is silent', ...props });
    const { enabled, shards, intervalSeconds } = props.watchdog;
    // CloudFormation accepts no empty stack, and a stack that is no longer deployed would keep its alarms.
    if (!enabled) new CfnWaitConditionHandle(this, 'NobodyWatches');
    const topicArn = this.formatArn({ service: 'sns', resource: ARCHITECT_TOPIC_NAME });
    const alarms = new OwnAlarms(this, Topic.fromTopicArn(this, 'Architect', topicArn));
    const minutes = Math.ceil(intervalSeconds / SHORTEST_PERIOD_SECONDS);
    for (let shard = 0; enabled && shard < shards; shard++) {
      alarms.onSilence({
        name: `watchdog-silent-${shard}`,
        description: `The watchdog has not checked the peers of shard ${shard} for ${PERIODS * minutes} minutes`,
        metric: rounds(shard, Duration.minutes(minutes)),
        evaluationPeriods: PERIODS,
      });
    }
  }
}

function rounds(shard: number, period: Duration): MathExpression {
  const measured = new Metric({
    namespace: 'Selfheal',
    metricName: 'WatchdogRoundDuration',
    // Exactly as the function writes them: one dimension more or less is another metric.
    dimensionsMap: { service: 'selfheal', shard: String(shard) },
    statistic: 'SampleCount',
    period,
  });
  return new MathExpression({
    expression: 'FILL(rounds, 0)',
    usingMetrics: { rounds: measured },
    label: 'Rounds',
    period,
  });
}
