import { createAlarmReader } from '../adapters/cloudwatch/alarm-reader.ts';
import { createOperationStore } from '../adapters/dynamodb/operation-store.ts';
import { createEventPublisher } from '../adapters/eventbridge/event-publisher.ts';
import { createEndpointProber } from '../adapters/http/endpoint-prober.ts';
import { createSnsNotifier } from '../adapters/sns/notifier.ts';
import { createSsmRunbookRunner } from '../adapters/ssm/runbook-runner.ts';
import { createHealExecutions, createTaskTokens } from '../adapters/stepfunctions/executions.ts';
import { systemClock } from '../adapters/system/clock.ts';
import {
  createCloudWatchClient,
  createDynamoDbClient,
  createEventBridgeClient,
  createSfnClient,
  createSnsClient,
  createSsmClient,
} from './clients.ts';
import { readConfiguration } from './configuration.ts';
import { readEnvironment } from './environment.ts';
import { createMetrics, logger } from './telemetry.ts';

/** What every use case needs: the configuration, the table, the clock. */
export function createCore() {
  const configuration = readConfiguration();
  const { TABLE_NAME: tableName } = readEnvironment(['TABLE_NAME']);
  const { historyRetentionDays } = configuration.settings;
  const store = createOperationStore({ client: createDynamoDbClient(), tableName, historyRetentionDays });
  return { configuration, store, clock: systemClock, random: Math.random, metrics: createMetrics() };
}

export function createRunbooks({ configuration }: Pick<ReturnType<typeof createCore>, 'configuration'>) {
  const { managedTag } = configuration.settings;
  return { runbooks: createSsmRunbookRunner({ client: createSsmClient(), managedTag }) };
}

export function createEvents() {
  const events = createEventPublisher({
    client: createEventBridgeClient(),
    onLost: ({ operation, state }, error) => {
      logger.warn('state change not published', {
        operationId: operation.operationId,
        state,
        error: error as Error,
      });
    },
  });
  return { events };
}

export function createNotifier(topics: readonly ('soc' | 'architect')[]) {
  const soc = topics.includes('soc') ? readEnvironment(['SOC_TOPIC_ARN']).SOC_TOPIC_ARN : undefined;
  const architect = topics.includes('architect')
    ? readEnvironment(['ARCHITECT_TOPIC_ARN']).ARCHITECT_TOPIC_ARN
    : undefined;
  const topicArns = { ...(soc !== undefined && { soc }), ...(architect !== undefined && { architect }) };
  return { notifier: createSnsNotifier({ client: createSnsClient(), topicArns }) };
}

export const createTokens = () => ({ tokens: createTaskTokens(createSfnClient()) });

export function createExecutions() {
  const { HEAL_STATE_MACHINE_ARN } = readEnvironment(['HEAL_STATE_MACHINE_ARN']);
  return { executions: createHealExecutions(createSfnClient(), HEAL_STATE_MACHINE_ARN) };
}

export const createAlarms = () => ({ alarms: createAlarmReader(createCloudWatchClient()) });

export const createEndpoints = () => ({ endpoints: createEndpointProber() });
