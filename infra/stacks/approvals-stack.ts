import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SubscriptionFilter, type Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { waysToApprove } from '../../functions/core/approval/people.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { APPROVALS_SOURCE } from '../../functions/core/signal/event-source.ts';
import type { Feature } from '../../functions/handlers/table/handler-definition.ts';
import type { HandlerOf } from '../../functions/handlers/table/handler-table.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { environmentOf } from '../constructs/function-environment.ts';
import { FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import { homeEvents } from '../constructs/home-events.ts';
import type { NotificationTopics } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';
import type { DeploymentOptions } from './deployment-options.ts';

/** A click is answered in Slack for half an hour; a link that comes later than this may have expired. */
const STALE_AFTER = Duration.minutes(20);

/** A flood of requests from outside must leave concurrency to everything else. */
const CONCURRENCY = 10;

export interface ApprovalsStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
  readonly reserveConcurrency?: DeploymentOptions['reserveConcurrency'];
}

/**
 * Where people approve besides the command line: a function URL for Slack and for links, and a function that sends the
 * links and updates messages. A stack of its own, deployed only if `settings.approvals` is there: it is the only part
 * of Selfheal that the internet reaches.
 */
export class ApprovalsStack extends Stack {
  constructor(scope: Construct, id: string, props: ApprovalsStackProps) {
    super(scope, id, { description: 'Selfheal: approvals by Slack and by links', ...props });
    const { configuration, topics } = props;
    const ways = waysToApprove(configuration.settings);
    const linkKey = ways.email || ways.channel ? this.linkKey() : undefined;
    const approvers = ways.email ? this.approversTopic(props) : undefined;
    const deadLetterQueue = new DeadLetterQueue(this, 'ApprovalDeadLetters');
    const keyVariable = linkKey && { LINK_KEY_ARN: linkKey.secretArn };

    const approve = this.healingFunction('Approve', 'approve', props, keyVariable);
    const url = approve.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    const notify = this.healingFunction('NotifyApprovers', 'notify-approvers', props, {
      ...keyVariable,
      APPROVALS_URL: url.url,
      ...(approvers && { APPROVERS_TOPIC_ARN: approvers.topicArn }),
    });
    notify.retryEvents(2, STALE_AFTER, deadLetterQueue);

    const permissions = new FunctionPermissions(this, 'Permissions', {
      ...{ table: props.table, topics, managedTag: configuration.settings.managedTag },
      ...{ documentNames: [], automations: [], automationRoles: [], userFunctions: [] },
      ...{ targetCalls: new Map(), hostCalls: new Map(), features: featuresOf(ways) },
      approvals: {
        ...(approvers && { topic: approvers }),
        ...(linkKey && { linkKeyArn: linkKey.secretArn }),
        slackSecretArn: configuration.settings.approvals?.slack?.signingSecretArn,
      },
    });
    permissions.grant(approve, 'approve');
    permissions.grant(notify, 'notify-approvers');

    if (linkKey) topics.architect.addSubscription(new LambdaSubscription(notify.function));
    if (ways.slack)
      new Rule(this, 'SlackClicks', {
        description: 'Selfheal: shows in Slack the outcome of a click',
        eventPattern: homeEvents(this, { source: [APPROVALS_SOURCE], detailType: ['Selfheal Slack Click'] }),
        targets: [
          new LambdaFunction(notify.function, {
            deadLetterQueue,
            maxEventAge: STALE_AFTER,
            retryAttempts: 30,
          }),
        ],
      });

    const alarms = new OwnAlarms(this, topics.architect);
    alarms.onDeadLetters('approvals', deadLetterQueue);
    alarms.onFunction('approve', approve);
    alarms.onFunction('notify-approvers', notify);
    new CfnOutput(this, 'ApprovalsUrl', {
      value: url.url,
      description: 'Where links lead; Slack’s Request URL is /slack below it',
    });
    new CfnOutput(this, 'ApprovalDeadLetterQueueUrl', {
      value: deadLetterQueue.queueUrl,
      description: 'Proposals whose links were not sent, and clicks that were not answered',
    });
  }

  private healingFunction(
    id: string,
    handlerName: HandlerOf<'approvals'>,
    props: ApprovalsStackProps,
    variables: Readonly<Record<string, string>> | undefined,
  ): HealingFunction {
    const { configuration, table, topics, lambdaEnvironment, reserveConcurrency } = props;
    return new HealingFunction(this, id, {
      handlerName,
      configuration,
      environment: {
        ...environmentOf(this, { table, topics }, handlerName),
        ...variables,
        ...lambdaEnvironment,
      },
      ...(handlerName === 'approve' &&
        reserveConcurrency !== false && { reservedConcurrentExecutions: CONCURRENCY }),
    });
  }

  /** One subscription for each person, who receives no other's link. */
  private approversTopic({ configuration, topics }: ApprovalsStackProps): Topic {
    const topic = topics.encryptedTopic(this, 'Approvers', 'selfheal-approvers', 'Selfheal: approvals');
    for (const [name, { email }] of Object.entries(configuration.settings.approvals?.people ?? {})) {
      if (email === undefined) continue;
      topic.addSubscription(
        new EmailSubscription(email, {
          filterPolicy: { person: SubscriptionFilter.stringFilter({ allowlist: [name] }) },
        }),
      );
    }
    return topic;
  }

  private linkKey(): Secret {
    const secret = new Secret(this, 'LinkKey', {
      description: 'Selfheal: signs the links by which people approve',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new key makes every link that was sent invalid; functions read it once when they start.',
    });
    return secret;
  }
}

function featuresOf({ slack, email, channel }: ReturnType<typeof waysToApprove>): ReadonlySet<Feature> {
  return new Set<Feature>([
    ...(slack ? (['slackApprovals'] as const) : []),
    ...(email ? (['linksByEmail'] as const) : []),
    ...(channel ? (['linksByChannel'] as const) : []),
  ]);
}
