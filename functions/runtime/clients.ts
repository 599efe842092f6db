import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';

/** A call that hangs is a call that failed: without these, the SDK waits for as long as the function may run. */
const settings = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 6_000, throwOnRequestTimeout: true },
} as const;

/** The SDK's clients. Region, credentials and endpoints are the environment's. */
export const createCloudWatchClient = () => new CloudWatchClient(settings);
export const createDynamoDbClient = () => new DynamoDBClient(settings);
export const createEventBridgeClient = () => new EventBridgeClient(settings);
export const createSfnClient = () => new SFNClient(settings);
export const createSnsClient = () => new SNSClient(settings);
export const createSsmClient = () => new SSMClient(settings);
