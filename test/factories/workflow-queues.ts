import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { LocalEndpoint } from '../../local/cloud/endpoint.ts';
import { LOCAL_ACCOUNT } from '../../local/cloud/endpoint.ts';

/** A queue that is emptied all the time, so that what came can be looked at without waiting. */
export interface Mailbox {
  readonly arn: string;
  /** Message bodies, in the order in which they came. */
  readonly received: unknown[];
  readonly stop: () => Promise<void>;
}

/** Nobody checks signatures on an emulator; the scope says which service is meant. */
export function unsigned({ region }: LocalEndpoint, service: string): Record<string, string> {
  const scope = `test/20260101/${region}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}

async function sqs(aws: LocalEndpoint, operation: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(aws.endpoint, {
    method: 'POST',
    headers: {
      ...unsigned(aws, 'sqs'),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`SQS ${operation}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

/** Takes what a queue holds. */
export async function drainQueue(
  aws: LocalEndpoint,
  QueueUrl: string,
  waitSeconds = 0,
): Promise<readonly string[]> {
  const answer = await sqs(aws, 'ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: waitSeconds,
  });
  const messages = (answer['Messages'] ?? []) as readonly Message[];
  for (const { ReceiptHandle } of messages) await sqs(aws, 'DeleteMessage', { QueueUrl, ReceiptHandle });
  return messages.map(({ Body }) => Body);
}

async function openMailbox(aws: LocalEndpoint, name: string): Promise<Mailbox> {
  const { QueueUrl } = await sqs(aws, 'CreateQueue', { QueueName: name });
  const received: unknown[] = [];
  let open = true;
  const emptying = (async () => {
    while (open) {
      const bodies = await drainQueue(aws, String(QueueUrl), 1);
      received.push(...bodies.map((body): unknown => JSON.parse(body)));
    }
  })();
  emptying.catch(() => undefined);
  return {
    arn: `arn:aws:sqs:${aws.region}:${LOCAL_ACCOUNT}:${name}`,
    received,
    stop: async () => {
      open = false;
      await emptying;
    },
  };
}

/** Receives what a topic is told. */
export async function topicMailbox(aws: LocalEndpoint, topicArn: string, name: string): Promise<Mailbox> {
  const mailbox = await openMailbox(aws, name);
  await new SNSClient(aws).send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: mailbox.arn,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  return mailbox;
}

/** Receives the events of one detail type. */
export async function eventMailbox(aws: LocalEndpoint, detailType: string, name: string): Promise<Mailbox> {
  const mailbox = await openMailbox(aws, name);
  const client = new EventBridgeClient(aws);
  const pattern = { 'detail-type': [detailType] };
  await client.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await client.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: mailbox.arn }] }));
  return mailbox;
}
