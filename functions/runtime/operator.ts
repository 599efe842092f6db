import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { createDeploymentReader } from '../adapters/aws/deployment-reader.ts';
import { readStackOutputs } from '../adapters/cloudformation/stack-outputs.ts';
import { createAlarmReader } from '../adapters/cloudwatch/alarm-reader.ts';
import { createBaselineStore } from '../adapters/dynamodb/baseline-store.ts';
import { createChangeStore } from '../adapters/dynamodb/change-store.ts';
import { createCorrelationStore } from '../adapters/dynamodb/correlation-store.ts';
import { createDiscoveredGraphs } from '../adapters/dynamodb/discovered-graphs.ts';
import { createLearningStore } from '../adapters/dynamodb/learning-store.ts';
import { createOperationStore } from '../adapters/dynamodb/operation-store.ts';
import { createWatchdogStore } from '../adapters/dynamodb/watchdog-store.ts';
import { createOperatorEvents } from '../adapters/eventbridge/operator-events.ts';
import { createCalendars } from '../adapters/ssm/calendars.ts';
import { createSsmRunbookRunner, type SsmRunbookRunnerProps } from '../adapters/ssm/runbook-runner.ts';
import { readCallerIdentity } from '../adapters/sts/caller-identity.ts';
import type { BaselineStore } from '../ports/baseline-store.ts';
import type { Calendars } from '../ports/calendars.ts';
import type { ChangeStore } from '../ports/change-store.ts';
import type { CorrelationStore } from '../ports/correlation-store.ts';
import type { Deployment } from '../ports/deployment.ts';
import type { DiscoveredGraphs } from '../ports/discovered-graphs.ts';
import type { LearningStore } from '../ports/learning-store.ts';
import type { AlarmReader } from '../ports/observers.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { OperatorEvents } from '../ports/operator-events.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';
import type { WatchdogStore } from '../ports/watchdog-store.ts';

/** A person waits: what takes longer is out of reach. */
const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** Where a person's commands go. What is absent comes from the environment and the shared configuration files. */
export interface OperatorTarget {
  readonly region?: string;
  readonly profile?: string;
  /** Of all services, for an emulator. */
  readonly endpointUrl?: string;
}

/** What a person may read. */
export type RecordReader = Pick<
  OperationStore,
  | 'readComponents'
  | 'readFleet'
  | 'readLimits'
  | 'listOperations'
  | 'listRefusals'
  | 'listSteps'
  | 'getOperation'
  | 'getPlan'
  | 'getClaim'
  | 'readHeldBack'
  | 'listObservations'
  | 'listProposals'
  | 'listDenials'
>;

export interface OperatorClients {
  readonly records: (tableName: string) => RecordReader;
  readonly baselines: (tableName: string) => BaselineStore;
  readonly learning: (tableName: string) => LearningStore;
  readonly changes: (tableName: string) => Pick<ChangeStore, 'listChanges'>;
  readonly correlation: (tableName: string) => Pick<CorrelationStore, 'readBoards' | 'listEnded'>;
  readonly discovered: (tableName: string) => Pick<DiscoveredGraphs, 'readGraph'>;
  readonly events: OperatorEvents;
  readonly alarms: Pick<AlarmReader, 'inAlarm' | 'redSince' | 'states'>;
  readonly calendars: Calendars;
  readonly watchdog: (tableName: string) => Pick<WatchdogStore, 'listPeers' | 'listShards'>;
  readonly deployment: Deployment;
  /** For looks, which change nothing. */
  readonly runbooks: (
    managedTag: SsmRunbookRunnerProps['managedTag'],
  ) => Pick<RunbookRunner, 'resolveTargets' | 'send' | 'listInvocations'>;
  /** The ARN of the person, as IAM knows it. */
  readonly callerIdentity: () => Promise<string>;
  readonly stackOutputs: (stackName: string) => Promise<Readonly<Record<string, string>>>;
}

/** Clients with the credentials of the person who runs the command, found as the AWS CLI finds them. */
export function operatorClients({ region, profile, endpointUrl }: OperatorTarget): OperatorClients {
  // The AWS CLI reads AWS_DEFAULT_REGION as well, the SDK does not.
  const regionName = region ?? (process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION']);
  const configuration = {
    ...CLIENT_SETTINGS,
    ...(regionName && { region: regionName }),
    ...(profile !== undefined && { profile }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
  };
  return {
    records: (tableName) =>
      // Nothing is written through it, so that the retention does not matter.
      createOperationStore({
        client: new DynamoDBClient(configuration),
        tableName,
        historyRetentionDays: 1,
      }),
    learning: (tableName) => createLearningStore({ client: new DynamoDBClient(configuration), tableName }),
    baselines: (tableName) => createBaselineStore({ client: new DynamoDBClient(configuration), tableName }),
    changes: (tableName) =>
      createChangeStore({ client: new DynamoDBClient(configuration), tableName, historyRetentionDays: 1 }),
    correlation: (tableName) =>
      createCorrelationStore({
        client: new DynamoDBClient(configuration),
        tableName,
        historyRetentionDays: 1,
      }),
    discovered: (tableName) =>
      createDiscoveredGraphs({ client: new DynamoDBClient(configuration), tableName }),
    watchdog: (tableName) => createWatchdogStore({ client: new DynamoDBClient(configuration), tableName }),
    deployment: createDeploymentReader({
      cloudFormation: new CloudFormationClient(configuration),
      cloudWatch: new CloudWatchClient(configuration),
      eventBridge: new EventBridgeClient(configuration),
      lambda: new LambdaClient(configuration),
      sns: new SNSClient(configuration),
      // The address of a queue may name the endpoint's host differently.
      sqs: new SQSClient({ ...configuration, useQueueUrlAsEndpoint: false }),
      ssm: new SSMClient(configuration),
    }),
    runbooks: (managedTag) => createSsmRunbookRunner({ client: new SSMClient(configuration), managedTag }),
    alarms: createAlarmReader(new CloudWatchClient(configuration)),
    calendars: createCalendars(new SSMClient(configuration)),
    events: createOperatorEvents(new EventBridgeClient(configuration)),
    callerIdentity: () => readCallerIdentity(new STSClient(configuration)),
    stackOutputs: (stackName) => readStackOutputs(new CloudFormationClient(configuration), stackName),
  };
}
