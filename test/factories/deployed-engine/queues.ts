import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/** For SDK clients: an emulator's endpoint, or nothing but what they find by themselves. */
export interface AwsConfig {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A queue that is emptied all the time, so that what came can be looked at without waiting. */
export interface Mailbox {
  /** Message bodies, in the order in which they came. */
  readonly received: readonly unknown[];
  readonly stop: () => Promise<void>;
}

/** Takes what a queue holds. */
export async function drainQueue(
  aws: AwsConfig,
  QueueUrl: string,
  waitSeconds = 0,
): Promise<readonly string[]> {
  const sqs = new SQSClient(aws);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds }),
  );
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  return Messages.map(({ Body = '' }) => Body);
}

/**
 * @param sender the service that may send to it, such as `sns.amazonaws.com`
 * @param connect has events or messages sent to the queue's ARN; returns a function that undoes that
 */
async function openMailbox(
  aws: AwsConfig,
  QueueName: string,
  sender: string,
  connect: (queueArn: string) => Promise<() => Promise<unknown>>,
): Promise<Mailbox> {
  const sqs = new SQSClient(aws);
  const maySend = {
    Effect: 'Allow',
    Principal: { Service: sender },
    Action: 'sqs:SendMessage',
    Resource: '*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [maySend] });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const disconnect = await connect(Attributes?.['QueueArn'] ?? '');
  const received: unknown[] = [];
  let open = true;
  const emptying = (async () => {
    while (open) {
      const bodies = await drainQueue(aws, String(QueueUrl), 1);
      received.push(...bodies.map(jsonOrText));
    }
  })();
  emptying.catch(() => undefined);
  return {
    received,
    stop: async () => {
      open = false;
      await emptying;
      await disconnect();
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

/** Escalations of the watchdog are plain text. */
function jsonOrText(body: string): unknown {
  return body.startsWith('{') ? JSON.parse(body) : body;
}

/** Receives the messages of a topic. */
export function topicMailbox(aws: AwsConfig, TopicArn: string, name: string): Promise<Mailbox> {
  const sns = new SNSClient(aws);
  return openMailbox(aws, name, 'sns.amazonaws.com', async (Endpoint) => {
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint,
        Attributes: { RawMessageDelivery: 'true' },
        ReturnSubscriptionArn: true,
      }),
    );
    return () => sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  });
}

/** Receives the events of one detail type. */
export function eventMailbox(aws: AwsConfig, detailType: string, name: string): Promise<Mailbox> {
  const events = new EventBridgeClient(aws);
  return openMailbox(aws, name, 'events.amazonaws.com', async (Arn) => {
    const EventPattern = JSON.stringify({ 'detail-type': [detailType] });
    await events.send(new PutRuleCommand({ Name: name, EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn }] }));
    return async () => {
      await events.send(new RemoveTargetsCommand({ Rule: name, Ids: ['queue'] }));
      await events.send(new DeleteRuleCommand({ Name: name }));
    };
  });
}
