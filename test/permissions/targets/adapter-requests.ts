import { randomUUID } from 'node:crypto';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SNSClient } from '@aws-sdk/client-sns';
// Virtual time does not wait for the disk.
import '../../../functions/adapters/dynamodb/admit.ts';
import '../../../functions/adapters/dynamodb/conclude.ts';
import '../../../functions/adapters/dynamodb/held-back.ts';
import '../../../functions/adapters/dynamodb/limits-inputs.ts';
import '../../../functions/adapters/dynamodb/own-step.ts';
import { createAlarmReader } from '../../../functions/adapters/cloudwatch/alarm-reader.ts';
import { createApprovalStore } from '../../../functions/adapters/dynamodb/approval-store.ts';
import { createAnomalyPublisher } from '../../../functions/adapters/eventbridge/anomaly-publisher.ts';
import { createChannelEvents } from '../../../functions/adapters/eventbridge/channel-events.ts';
import { createEventPublisher } from '../../../functions/adapters/eventbridge/event-publisher.ts';
import { createOperatorEvents } from '../../../functions/adapters/eventbridge/operator-events.ts';
import { createKeptSecret } from '../../../functions/adapters/secretsmanager/kept-secret.ts';
import { createApproverMail } from '../../../functions/adapters/sns/approver-mail.ts';
import { createSnsNotifier } from '../../../functions/adapters/sns/notifier.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { NotPermitted } from '../../../functions/ports/errors.ts';
import { ACCOUNT, REGION, topicArn } from '../../../local/embedded/cloudformation/stack-resources.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';
import { dynamoDbStores } from '../../../local/embedded/stores.ts';
import { APPROVERS_TOPIC, LINK_KEY, TABLE_NAME } from './questions/records-and-messages.ts';

/** Looks at a request of a function. It throws what the service answers instead. */
export type AskAbout = (service: string, functionName: string, operation: string, input: object) => void;

type Adapters = Readonly<Record<string, Readonly<Record<string, (...args: readonly unknown[]) => unknown>>>>;

/** What each service answers that knows nothing yet. */
const NOTHING: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>> = {
  Query: () => ({ Items: [] }),
  BatchGetItem: () => ({ Responses: {} }),
  PutEvents: ({ Entries }) => ({ FailedEntryCount: 0, Entries: (Entries as object[]).map(() => ({})) }),
  GetSecretValue: () => ({ SecretString: 'secret' }),
  DescribeAlarms: () => ({ MetricAlarms: [], CompositeAlarms: [] }),
};

/**
 * The table, topics, buses, secrets and alarms of the embedded cloud are in memory. What a function would need on AWS to
 * reach them, its adapters show: each call is made to them as well, with services that know nothing, only for the requests
 * that they send.
 *
 * @param ask is asked about each request
 * @returns called before a function's call has its effect; it throws NotPermitted if a permission is missing
 */
export function adapterRequests(
  configuration: CompiledConfiguration,
  ask: AskAbout,
): (call: DependencyCall) => Promise<void> {
  const adapters = new Map<string, Adapters>();
  return async ({ functionName, port, method, args }) => {
    const own = adapters.get(functionName) ?? adaptersOf(functionName, configuration, ask);
    adapters.set(functionName, own);
    try {
      await own[port]?.[method]?.(...args);
    } catch (error) {
      // Anything else is due to what was answered.
      if (error instanceof NotPermitted) throw error;
    }
  };
}

function adaptersOf(functionName: string, configuration: CompiledConfiguration, ask: AskAbout): Adapters {
  const clientOf = <Client>(service: string) => {
    const send = async (command: {
      readonly constructor: { readonly name: string };
      readonly input: object;
    }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      ask(service, functionName, operation, command.input);
      return NOTHING[operation]?.(command.input as Readonly<Record<string, unknown>>) ?? {};
    };
    return { send } as unknown as Client;
  };
  const table = { client: clientOf<DynamoDBClient>('dynamodb'), tableName: TABLE_NAME };
  const bus = clientOf<EventBridgeClient>('events');
  const sns = clientOf<SNSClient>('sns');
  const secrets = clientOf<SecretsManagerClient>('secretsmanager');
  const slackArn = configuration.settings.approvals?.slack?.signingSecretArn ?? '';
  const adapters = {
    ...dynamoDbStores({ ...table, historyRetentionDays: configuration.settings.historyRetentionDays }),
    approvals: createApprovalStore({ ...table, newId: randomUUID }),
    notifier: createSnsNotifier({
      client: sns,
      topicArns: { architect: topicArn('selfheal-architect'), soc: topicArn('selfheal-soc') },
      context: { home: { account: ACCOUNT, region: REGION }, configuration },
    }),
    approverMail: createApproverMail(sns, APPROVERS_TOPIC),
    events: createEventPublisher({ client: bus, onLost: () => undefined }),
    anomalySignals: createAnomalyPublisher(bus),
    channels: createChannelEvents(bus),
    decisions: createOperatorEvents(bus),
    linkKey: createKeptSecret(secrets, LINK_KEY),
    slackSecret: createKeptSecret(secrets, slackArn),
    alarms: createAlarmReader(clientOf<CloudWatchClient>('cloudwatch')),
  };
  return adapters as unknown as Adapters;
}
