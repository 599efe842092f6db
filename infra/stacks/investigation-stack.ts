import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { environmentOf } from '../constructs/function-environment.ts';
import { FunctionPermissions } from '../constructs/function-permissions.ts';
import { HealingFunction } from '../constructs/healing-function.ts';
import { homeEvents } from '../constructs/home-events.ts';
import type { NotificationTopics } from '../constructs/notification-topics.ts';
import { OwnAlarms } from '../constructs/own-alarms.ts';
import type { DeploymentOptions } from './deployment-options.ts';

/** Later, the logs from around the onset say just as much, but people have stopped waiting for the evidence. */
const STALE_AFTER = Duration.hours(1);
/** So that one on which the function fails is tried three times. */
const TRY_AGAIN_AFTER = Duration.minutes(20);
/**
 * How many operations are investigated at a time, the fewest that Lambda allows for a queue: all searches in logs share
 * the quotas of the account, and the people who were called need those, too.
 */
const AT_A_TIME = 2;
/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaSQSQueueExecutionRole.html */
const BY_EVENT_SOURCE_MAPPINGS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export interface InvestigationStackProps extends StackProps {
  readonly configuration: CompiledConfiguration;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly lambdaEnvironment: DeploymentOptions['lambdaEnvironment'];
}

/**
 * The function that looks for evidence after a repair that did not heal. A stack of its own, deployed only if the
 * configuration names something to be read: nothing of the engine waits for it.
 */
export class InvestigationStack extends Stack {
  constructor(scope: Construct, id: string, props: InvestigationStackProps) {
    super(scope, id, { description: 'Selfheal: evidence after repairs that did not heal', ...props });
    const { configuration, table, topics, lambdaEnvironment } = props;
    const logGroups = Object.values(configuration.components).flatMap(({ logs = [] }) => logs);
    const investigate = new HealingFunction(this, 'Investigate', {
      handlerName: 'investigate',
      configuration,
      environment: { ...environmentOf(this, { table, topics }, 'investigate'), ...lambdaEnvironment },
    });
    new FunctionPermissions(this, 'Permissions', {
      ...{ table, topics, managedTag: configuration.settings.managedTag, documentNames: [] },
      ...{ userFunctions: [], automations: [], automationRoles: [] },
      ...{ targetCalls: new Map(), hostCalls: new Map() },
      logGroups: [...new Set(logGroups)].sort(),
      features: new Set([
        ...(logGroups.length > 0 ? (['logs'] as const) : []),
        ...configuration.settings.investigate,
      ]),
    }).grant(investigate, 'investigate');
    const waiting = new Queue(this, 'Waiting', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: TRY_AGAIN_AFTER,
      retentionPeriod: STALE_AFTER,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(waiting).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'An operation is of no use to the function after an hour, and an alarm rings when the function fails.',
    });
    new Rule(this, 'NotHealed', {
      description: 'Selfheal: operations that a person is called for',
      eventPattern: homeEvents(this, {
        source: ['selfheal'],
        detailType: ['Selfheal Operation State Change'],
        detail: { result: ['FAILED', 'CONTAINED'] },
      }),
      targets: [new SqsQueue(waiting, { maxEventAge: STALE_AFTER, retryAttempts: 30 })],
    });
    // SqsEventSource would grant two more actions, which Lambda does not use.
    waiting.grant(investigate.function, ...BY_EVENT_SOURCE_MAPPINGS);
    investigate.function.addEventSourceMapping('Waiting', {
      eventSourceArn: waiting.queueArn,
      batchSize: 1,
      maxConcurrency: AT_A_TIME,
    });
    new OwnAlarms(this, topics.architect).onFunction('investigate', investigate);
  }
}
