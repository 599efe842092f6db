import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { sourcesOf } from '../../functions/core/signal/event-source.ts';
import type { HandlerOf } from '../../functions/handlers/table/handler-table.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { EscalationRules } from '../constructs/escalation-rules.ts';
import { environmentOf } from '../constructs/function-environment.ts';
import { FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import { homeEvents } from '../constructs/home-events.ts';
import type { NotificationTopics } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';
import { WatchSchedules } from '../constructs/watch-schedules.ts';
import type { DeploymentOptions } from './deployment-options.ts';

const STALE_AFTER = Duration.hours(1);

export interface WatchdogStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
}

/**
 * The watchdog: its functions, schedules and rules, and the alarms on them. A stack of its own, because a hundred
 * shards fill one, and so that it can be deployed and removed without the engine.
 */
export class WatchdogStack extends Stack {
  private readonly props: WatchdogStackProps;
  private readonly alarms: OwnAlarms;
  private readonly permissions: FunctionPermissions;

  constructor(scope: Construct, id: string, props: WatchdogStackProps) {
    super(scope, id, { description: 'Selfheal: the watchdog', ...props });
    this.props = props;
    this.alarms = new OwnAlarms(this, props.topics.architect);
    const { table, topics, configuration } = props;
    const { managedTag } = configuration.settings;
    this.permissions = new FunctionPermissions(this, 'Permissions', {
      userFunctions: [],
      targetCalls: new Map(),
      features: new Set(),
      hostCalls: new Map(),
      ...{ table, topics, managedTag, documentNames: [], automations: [], automationRoles: [] },
    });
    const deadLetters = this.deadLetterQueue(
      'Watchdog',
      'Invocations and changes of peers that could not be handled',
    );
    const undelivered = this.deadLetterQueue('Escalation', 'Escalations that reached no topic');

    const { enabled, vantagePoints, shards } = props.configuration.watchdog;
    for (const { name, vpc } of enabled ? vantagePoints : []) {
      const watch = this.watchFunction(name);
      if (vpc) watch.joinVpc(vpc.subnetIds, vpc.securityGroupIds);
      const schedules = { watch, vantagePoint: name, shards, deadLetterQueue: deadLetters };
      new WatchSchedules(this, `Schedules-${name}`, schedules);
    }
    this.peerChanges(deadLetters);
    new EscalationRules(this, 'Escalations', { topics: props.topics, deadLetterQueue: undelivered });
  }

  private watchFunction(vantagePoint: string): HealingFunction {
    return this.healingFunction(`Watch-${vantagePoint}`, 'watch', `watch-${vantagePoint}`);
  }

  private peerChanges(deadLetterQueue: IQueue): void {
    const changePeer = this.healingFunction('ChangePeer', 'change-peer', 'change-peer');
    changePeer.retryEvents(2, STALE_AFTER, deadLetterQueue);
    const source = [...sourcesOf('Selfheal Peer', this.props.configuration)];
    // A rule without a source would accept the event from anyone.
    if (source.length === 0) return;
    new Rule(this, 'PeerChanges', {
      description: 'Selfheal: peers that come and go',
      eventPattern: homeEvents(this, { source, detailType: ['Selfheal Peer'] }),
      targets: [
        new LambdaFunction(changePeer.function, {
          deadLetterQueue,
          maxEventAge: STALE_AFTER,
          retryAttempts: 30,
        }),
      ],
    });
  }

  private healingFunction(
    id: string,
    handlerName: HandlerOf<'watchdog'>,
    shortName: string,
  ): HealingFunction {
    const healing = new HealingFunction(this, id, {
      handlerName,
      functionName: `selfheal-${shortName}`,
      configuration: this.props.configuration,
      environment: { ...environmentOf(this, this.props, handlerName), ...this.props.lambdaEnvironment },
    });
    this.permissions.grant(healing, handlerName);
    this.alarms.onFunction(shortName, healing);
    return healing;
  }

  private deadLetterQueue(what: string, description: string): DeadLetterQueue {
    const queue = new DeadLetterQueue(this, `${what}DeadLetters`);
    this.alarms.onDeadLetters(what.toLowerCase(), queue);
    new CfnOutput(this, `${what}DeadLetterQueueUrl`, { value: queue.queueUrl, description });
    return queue;
  }
}
