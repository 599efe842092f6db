import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { HealingFunction } from './healing-function.ts';

const MINUTE = Duration.minutes(1);

/**
 * EventBridge allows 5 targets per rule. Fewer rules also keep the function's policy, a statement for each, below
 * Lambda's 20 KB.
 */
const SHARDS_IN_A_RULE = 5;

export interface WatchSchedulesProps {
  readonly watch: HealingFunction;
  readonly vantagePoint: string;
  readonly shards: number;
  /** Where invocations wait that could not be delivered. */
  readonly deadLetterQueue: IQueue;
}

/** Calls the function of a vantage point once a minute for every shard. */
export class WatchSchedules extends Construct {
  constructor(scope: Construct, id: string, props: WatchSchedulesProps) {
    super(scope, id);
    const { watch, vantagePoint, deadLetterQueue } = props;
    const target = (shard: number) =>
      new LambdaFunction(watch.function, {
        event: RuleTargetInput.fromObject({ shard, vantagePoint }),
        deadLetterQueue,
        maxEventAge: MINUTE,
        retryAttempts: 1,
      });
    for (let first = 0; first < props.shards; first += SHARDS_IN_A_RULE) {
      const count = Math.min(SHARDS_IN_A_RULE, props.shards - first);
      new Rule(this, `From${first}`, {
        description: `Selfheal: schedule of the watchdog at ${vantagePoint}, shards ${first} to ${first + count - 1}`,
        schedule: Schedule.rate(MINUTE),
        targets: Array.from({ length: count }, (_, index) => target(first + index)),
      });
    }
    // The next minute is the next try; a late one would only run at the same time.
    watch.retryEvents(0, MINUTE);
  }
}
