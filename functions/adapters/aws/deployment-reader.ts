import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { DescribeDocumentCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Deployment, StackResource, Subscription } from '../../ports/deployment.ts';
import { NotFound, RequestRefused } from '../../ports/errors.ts';
import { createAlarmReader, readForeignAccounts } from '../cloudwatch/alarm-reader.ts';
import { describeNodes } from '../ssm/managed-nodes.ts';
import { translated } from './translate-error.ts';

export interface DeploymentClients {
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly eventBridge: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
}

/** What is deployed, read with the permissions of the person who asks. @throws ServiceError */
export function createDeploymentReader(clients: DeploymentClients): Deployment {
  const { cloudFormation, eventBridge, lambda, sns, sqs, ssm } = clients;
  return {
    stackResources: (stackName) =>
      ifThere(async () => {
        const found: StackResource[] = [];
        await translated('cloudformation:ListStackResources', async () => {
          const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stackName });
          for await (const { StackResourceSummaries = [] } of pages)
            found.push(
              ...StackResourceSummaries.map(({ ResourceType = '', PhysicalResourceId = '' }) => ({
                type: ResourceType,
                id: PhysicalResourceId,
              })),
            );
        });
        return found;
      }),

    rule: (id) =>
      ifThere(async () => {
        // A rule of the default bus is known by its name; its ARN ends with it.
        const name = id.slice(id.lastIndexOf('/') + 1);
        const { State } = await translated('events:DescribeRule', () =>
          eventBridge.send(new DescribeRuleCommand({ Name: name })),
        );
        const { Targets = [] } = await translated('events:ListTargetsByRule', () =>
          eventBridge.send(new ListTargetsByRuleCommand({ Rule: name })),
        );
        return { isEnabled: State !== 'DISABLED', targets: Targets.length };
      }),

    functionState: (name) =>
      ifThere(async () => {
        const { State = 'Active' } = await translated('lambda:GetFunctionConfiguration', () =>
          lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
        );
        return State;
      }),

    waitingMessages: (queueUrl) =>
      ifThere(async () => {
        const command = new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: ['ApproximateNumberOfMessages'],
        });
        const { Attributes } = await translated('sqs:GetQueueAttributes', () => sqs.send(command));
        return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      }),

    subscriptions: (topicArn) =>
      ifThere(async () => {
        const found: Subscription[] = [];
        await translated('sns:ListSubscriptionsByTopic', async () => {
          const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn });
          for await (const { Subscriptions = [] } of pages)
            found.push(
              ...Subscriptions.map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
                protocol: Protocol,
                endpoint: Endpoint,
                // `PendingConfirmation` and `Deleted` take the place of the ARN.
                isConfirmed: SubscriptionArn.startsWith('arn:'),
              })),
            );
        });
        return found;
      }),

    alarmStates: (names) => createAlarmReader(clients.cloudWatch).states(names),

    foreignAccounts: (names) => readForeignAccounts(clients.cloudWatch, names),

    documentStatus: (name) =>
      ifThere(async () => {
        const { Document } = await translated('ssm:DescribeDocument', () =>
          ssm.send(new DescribeDocumentCommand({ Name: name })),
        );
        return Document?.Status ?? 'Active';
      }),

    nodes: (selector) =>
      translated('ssm:DescribeInstanceInformation', async () => await describeNodes(ssm, selector)),
  };
}

/** `undefined` if what is asked for does not exist. */
async function ifThere<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    // CloudFormation has no code of its own for it: ValidationError stands for any wrong parameter. Systems Manager has one
    // for documents, whose words differ: "No matching value was found for Name."
    const isMissing =
      error instanceof RequestRefused &&
      (error.serviceCode === 'InvalidDocument' || /does not exist/.test(error.message));
    if (isMissing || error instanceof NotFound) return undefined;
    throw error;
  }
}
