import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBaselineStore } from '../../functions/adapters/dynamodb/baseline-store.ts';
import { createChangeStore } from '../../functions/adapters/dynamodb/change-store.ts';
import { createCorrelationStore } from '../../functions/adapters/dynamodb/correlation-store.ts';
import { createDiscoveredGraphs } from '../../functions/adapters/dynamodb/discovered-graphs.ts';
import { createIncidentStore } from '../../functions/adapters/dynamodb/incident-store.ts';
import { createLearningStore } from '../../functions/adapters/dynamodb/learning-store.ts';
import { createMetricSamples } from '../../functions/adapters/dynamodb/metric-samples.ts';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { createWatchdogStore } from '../../functions/adapters/dynamodb/watchdog-store.ts';
import { createMemoryBaselineStore } from '../../functions/adapters/memory/baseline-store.ts';
import { createMemoryChangeStore } from '../../functions/adapters/memory/change-store.ts';
import { createMemoryCorrelationStore } from '../../functions/adapters/memory/correlation-store.ts';
import { createMemoryDiscoveredGraphs } from '../../functions/adapters/memory/discovered-graphs.ts';
import { createMemoryIncidentStore } from '../../functions/adapters/memory/incident-store.ts';
import { createMemoryLearningStore } from '../../functions/adapters/memory/learning-store.ts';
import { createMemoryMetricSamples } from '../../functions/adapters/memory/metric-samples.ts';
import { createMemoryOperationStore } from '../../functions/adapters/memory/operation-store.ts';
import { createMemoryWatchdogStore } from '../../functions/adapters/memory/watchdog-store.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import type { Ports } from '../../functions/ports/ports.ts';

/** All that Selfheal remembers. */
export type Stores = Pick<
  Ports,
  | 'store'
  | 'learning'
  | 'incidents'
  | 'watchdog'
  | 'changes'
  | 'correlation'
  | 'discovered'
  | 'baselines'
  | 'samples'
>;

export function memoryStores(store: OperationStore = createMemoryOperationStore()): Stores {
  return {
    store,
    learning: createMemoryLearningStore(store),
    incidents: createMemoryIncidentStore(),
    watchdog: createMemoryWatchdogStore(),
    changes: createMemoryChangeStore(),
    correlation: createMemoryCorrelationStore(),
    discovered: createMemoryDiscoveredGraphs(),
    baselines: createMemoryBaselineStore(),
    samples: createMemoryMetricSamples(),
  };
}

export interface StoreTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly historyRetentionDays: number;
}

/** In one table, as on AWS. */
export function dynamoDbStores(table: StoreTable): Stores {
  return {
    store: createOperationStore(table),
    learning: createLearningStore(table),
    incidents: createIncidentStore(table),
    watchdog: createWatchdogStore(table),
    changes: createChangeStore(table),
    correlation: createCorrelationStore(table),
    discovered: createDiscoveredGraphs(table),
    baselines: createBaselineStore(table),
    samples: createMetricSamples(table),
  };
}
