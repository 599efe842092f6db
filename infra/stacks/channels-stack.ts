import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type EventPattern, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { mayCorrelate } from '../../functions/core/correlation/neighbourhood.ts';
import { sourcesOf } from '../../functions/core/signal/event-source.ts';
import { ChannelRules } from '../constructs/channel-rules.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { environmentOf } from '../constructs/function-environment.ts';
import { FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import { homeEvents } from '../constructs/home-events.ts';
import type { NotificationTopics } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';
import type { DeploymentOptions } from './deployment-options.ts';

const STALE_AFTER = Duration.hours(1);

export interface ChannelsStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
}

/**
 * The chats, pagers and ticket systems of the configuration: a function that writes each channel's request from what
 * the topics receive, and a rule for each channel that sends it. A stack of its own, deployed only if there is a
 * channel, so that nobody else pays for it.
 */
export class ChannelsStack extends Stack {
  constructor(scope: Construct, id: string, props: ChannelsStackProps) {
    super(scope, id, { description: 'Selfheal: chats, pagers and ticket systems', ...props });
    const { configuration, table, topics, lambdaEnvironment } = props;
    const { channels } = configuration.settings.notify;
    const deadLetterQueue = new DeadLetterQueue(this, 'ChannelDeadLetters');
    const notify = new HealingFunction(this, 'NotifyChannels', {
      handlerName: 'notify-channels',
      configuration,
      environment: { ...environmentOf(this, { table, topics }, 'notify-channels'), ...lambdaEnvironment },
    });
    const { managedTag } = configuration.settings;
    new FunctionPermissions(this, 'Permissions', {
      ...{ table, topics, managedTag, documentNames: [], automations: [], automationRoles: [] },
      ...{ userFunctions: [], targetCalls: new Map(), hostCalls: new Map() },
      features: new Set(mayCorrelate(configuration) ? ['correlation'] : []),
    }).grant(notify, 'notify-channels');
    notify.retryEvents(2, STALE_AFTER, deadLetterQueue);

    const wanted = new Set(Object.values(channels).flatMap((channel) => channel.topics));
    for (const topic of wanted) topics[topic].addSubscription(new LambdaSubscription(notify.function));
    for (const [what, pattern] of Object.entries(newsPatterns(configuration))) {
      new Rule(this, what, {
        description: 'Selfheal: recoveries that channels are notified of',
        eventPattern: homeEvents(this, pattern),
        targets: [
          new LambdaFunction(notify.function, {
            deadLetterQueue,
            maxEventAge: STALE_AFTER,
            retryAttempts: 30,
          }),
        ],
      });
    }
    new Rule(this, 'EveryMinute', {
      description: 'Selfheal: resolves incidents that are over',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(notify.function, {
          deadLetterQueue,
          maxEventAge: Duration.minutes(1),
          retryAttempts: 1,
        }),
      ],
    });
    for (const [name, channel] of Object.entries(channels))
      new ChannelRules(this, `Channel-${name}`, { name, channel, deadLetterQueue });

    const alarms = new OwnAlarms(this, topics.architect);
    alarms.onDeadLetters('channels', deadLetterQueue);
    alarms.onFunction('notify-channels', notify);
    new CfnOutput(this, 'ChannelDeadLetterQueueUrl', {
      value: deadLetterQueue.queueUrl,
      description: 'Notifications that a channel did not accept',
    });
  }
}

/** What arrives by no topic: the watchdog's events with their facts, and every recovery. */
function newsPatterns(configuration: CompiledConfiguration): Readonly<Record<string, EventPattern>> {
  return {
    Watchdog: {
      source: ['selfheal'],
      detailType: ['Selfheal Watchdog Escalation', 'Selfheal Watchdog Recovery'],
    },
    Repaired: {
      source: ['selfheal'],
      detailType: ['Selfheal Operation State Change'],
      detail: { state: ['COMPLETED'], result: ['SUCCESS'] },
    },
    Recovered: {
      source: [...sourcesOf('Selfheal Signal', configuration)],
      detailType: ['Selfheal Signal'],
      detail: { kind: ['recovery'] },
    },
  };
}
