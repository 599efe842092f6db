import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { LOCAL_ACCOUNT, type LocalEndpoint } from '../cloud/endpoint.ts';

/** A queue of the local cloud. */
export interface MessageQueue {
  readonly arn: string;
  /** Receives the waiting messages, ten at most. */
  readonly receive: () => Promise<readonly string[]>;
}

const createdQueue = z.object({ QueueUrl: z.string() });
const received = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]),
});

/** Creates a queue. For three plain requests, the SDK's client for SQS is not worth a dependency. */
export async function createMessageQueue(aws: LocalEndpoint, name: string): Promise<MessageQueue> {
  const { QueueUrl } = createdQueue.parse(await sqs(aws, 'CreateQueue', { QueueName: name }));
  return {
    arn: `arn:aws:sqs:${aws.region}:${LOCAL_ACCOUNT}:${name}`,
    receive: async () => {
      const answer = await sqs(aws, 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
      const { Messages } = received.parse(answer);
      for (const { ReceiptHandle } of Messages) await sqs(aws, 'DeleteMessage', { QueueUrl, ReceiptHandle });
      return Messages.map(({ Body }) => Body);
    },
  };
}

/** Has the default event bus send matching events to a queue. */
export async function subscribeToEvents(
  aws: LocalEndpoint,
  queue: MessageQueue,
  name: string,
  pattern: object,
): Promise<void> {
  const client = new EventBridgeClient(aws);
  await client.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  const { FailedEntryCount } = await client.send(
    new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: queue.arn }] }),
  );
  if (FailedEntryCount) throw new Error(`rule ${name} did not accept queue ${queue.arn}`);
}

/** Has a topic forward its messages to a queue, as plain text. */
export async function subscribeToTopic(
  aws: LocalEndpoint,
  queue: MessageQueue,
  topicArn: string | undefined,
): Promise<void> {
  if (topicArn === undefined) throw new Error('the deployment has no output with the topic’s ARN');
  await new SNSClient(aws).send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queue.arn }),
  );
}

async function sqs(aws: LocalEndpoint, operation: string, input: object): Promise<unknown> {
  const credential = `${aws.credentials.accessKeyId}/20260101/${aws.region}/sqs/aws4_request`;
  const answer = await fetch(aws.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
      // Emulators read the region and the service from it, and check no signature.
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`SQS ${operation}: ${answer.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
