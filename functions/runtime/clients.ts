import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';

/** A call that hangs has failed: without these limits, the SDK waits for as long as the function may run. */
const settings = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 6_000, throwOnRequestTimeout: true },
} as const;

/**
 * The SDK's clients, each built once, on first use. Region, credentials and endpoints come from the environment. The
 * annotations let the bundler leave out the clients that a function does not use.
 */
export const cloudWatchClient = /* @__PURE__ */ once(() => new CloudWatchClient(settings));
export const dynamoDbClient = /* @__PURE__ */ once(() => new DynamoDBClient(settings));
export const eventBridgeClient = /* @__PURE__ */ once(() => new EventBridgeClient(settings));
export const sfnClient = /* @__PURE__ */ once(() => new SFNClient(settings));
export const snsClient = /* @__PURE__ */ once(() => new SNSClient(settings));
export const ssmClient = /* @__PURE__ */ once(() => new SSMClient(settings));

function once<Client>(build: () => Client): () => Client {
  let client: Client | undefined;
  return () => {
    client ??= build();
    return client;
  };
}
