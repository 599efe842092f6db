import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { createMemoryCorrelationStore } from '../../functions/adapters/memory/correlation-store.ts';
import { createMemoryDiscoveredGraphs } from '../../functions/adapters/memory/discovered-graphs.ts';
import { createMemoryLearningStore } from '../../functions/adapters/memory/learning-store.ts';
import { systemClock } from '../../functions/adapters/system/clock.ts';
import { triage } from '../../functions/app/triage/triage.ts';
import type { TriageDeps } from '../../functions/app/triage/triage-deps.ts';
import { NO_CALENDARS } from '../../local/embedded/systems-manager/calendars.ts';
import { createStoreTable, type StoreTable } from '../contract/store-table.ts';
import { HOME } from '../infra/sample-events.ts';
import { tally } from './figures.ts';
import { type Storm, type StormPlan, stormOf } from './storm-events.ts';
import { watchInFlight } from './storm-watch.ts';

/** As often as the triage machine tries. */
const TRIES = 5;
const EVERYTHING = 10_000;

export interface StormOptions extends StormPlan {
  readonly name: string;
  readonly endpoint: string;
  /** Events that are triaged at the same time. */
  readonly concurrency: number;
  /** Concludes every operation after this time, so that its place goes to another. @default none ends */
  readonly operationsTakeMs?: number;
}

export interface StormResult {
  readonly name: string;
  readonly deliveries: number;
  readonly distinctSignals: number;
  readonly components: number;
  readonly operations: number;
  /** What the fleet's budget has room for, one for each component; none is said where operations end meanwhile. */
  readonly room?: number;
  readonly componentsWithSeveralOperations: number;
  /** Refusals on record, by reason. A signal refused twice is on record once. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Deliveries beyond the first of a signal. */
  readonly redeliveries: number;
  /** Signals that are neither an operation nor a refusal. */
  readonly lost: number;
  /** Signals that are both: refused at first, admitted when delivered again. */
  readonly admittedAfterRefusal: number;
  /** Most operations in flight at once, and the most of any group, beside their limits. */
  readonly inFlight: {
    readonly fleet: number;
    readonly limit: number;
    readonly group: number;
    readonly groupLimit?: number;
  };
  readonly samples: number;
  /** Triage calls that failed and were tried again, as the state machine does. */
  readonly retried: number;
  /** Events that all tries failed on: the state machine keeps those in the dead-letter queue. */
  readonly deadLetters: number;
  readonly seconds: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** Sends a storm through triage's use case, with real concurrency against a real table. */
export async function runStorm(options: StormOptions): Promise<StormResult> {
  const storm = stormOf(options);
  const config = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const requestHandler = { httpAgent: { keepAlive: true, maxSockets: options.concurrency } };
  const client = new DynamoDBClient({ ...config, endpoint: options.endpoint, requestHandler });
  const watcher = new DynamoDBClient({ ...config, endpoint: options.endpoint });
  const table = await createStoreTable(client);
  try {
    return await stormOn(table, { client, watcher }, storm, options);
  } finally {
    await table.drop();
    client.destroy();
    watcher.destroy();
  }
}

async function stormOn(
  { tableName }: StoreTable,
  { client, watcher }: Readonly<Record<'client' | 'watcher', DynamoDBClient>>,
  storm: Storm,
  options: StormOptions,
): Promise<StormResult> {
  let [readUnits, writeUnits, retried, deadLetters] = [0, 0, 0, 0];
  const store = createOperationStore({
    client,
    tableName,
    historyRetentionDays: 30,
    onConsumed: (consumed) => {
      readUnits += consumed.readUnits;
      writeUnits += consumed.writeUnits;
    },
  });
  const deps: TriageDeps = {
    configuration: storm.configuration,
    home: HOME,
    store,
    learning: createMemoryLearningStore(store),
    clock: systemClock,
    random: Math.random,
    metrics: { refused: () => undefined },
    notifier: { notify: async () => undefined },
    // Components of a storm depend on nothing.
    alarms: { redSince: async () => new Map() },
    calendars: NO_CALENDARS,
    watchdog: { listShards: async () => [] },
    correlation: createMemoryCorrelationStore(),
    discovered: createMemoryDiscoveredGraphs(),
    metricData: { read: async () => ({ reads: [], notes: [] }) },
    changes: { recordChange: async () => undefined, listChanges: async () => [] },
    events: { signal: async () => undefined },
  };
  const ending: Promise<void>[] = [];
  const started = new Set<string>();

  async function deliver(event: unknown): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        const decision = await triage(deps, event);
        if (decision.decision !== 'heal' || started.has(decision.operationId)) return;
        started.add(decision.operationId);
        if (options.operationsTakeMs !== undefined) ending.push(conclude(decision.operationId));
        return;
      } catch {
        retried += 1;
      }
    }
    deadLetters += 1;
  }

  async function conclude(operationId: string): Promise<void> {
    await sleep(options.operationsTakeMs);
    const operation = await store.getOperation(operationId);
    if (!operation) throw new Error(`operation ${operationId} is not on record`);
    const { component, fence, strategyId } = operation;
    const completedAtMs = Date.now();
    await store.conclude({
      operationId,
      component,
      fence,
      strategyId,
      state: 'COMPLETED',
      result: 'SUCCESS',
      completedAtMs,
      cooldownUntilMs: completedAtMs + 300_000,
      cooldownScope: 'component',
    });
  }

  const watch = watchInFlight(watcher, tableName, storm.configuration.groups);
  const beganMs = performance.now();
  const waiting = storm.deliveries.values();
  const lanes = Array.from({ length: options.concurrency }, async () => {
    for (const event of waiting) await deliver(event);
  });
  await Promise.all(lanes);
  const seconds = (performance.now() - beganMs) / 1_000;
  const units = { readUnits, writeUnits };
  await Promise.all(ending);
  const most = await watch.stop();

  const operations = await store.listOperations(EVERYTHING);
  const refusals = (
    await Promise.all(storm.components.map((component) => store.listRefusals(component, EVERYTHING)))
  ).flat();
  const admitted = new Set(operations.map(({ alert }) => alert.signalId));
  const refused = new Set(refusals.map(({ signalId }) => signalId));
  const both = [...admitted].filter((signalId) => refused.has(signalId)).length;
  const perComponent = Object.values(tally(operations.map(({ component }) => component)));
  return {
    name: options.name,
    deliveries: storm.deliveries.length,
    distinctSignals: storm.distinctSignals,
    components: storm.components.length,
    operations: operations.length,
    ...(options.operationsTakeMs === undefined && {
      room: Math.min(options.components, options.fleetLimit, options.events),
    }),
    componentsWithSeveralOperations: perComponent.filter((count) => count > 1).length,
    refusals: tally(refusals.map(({ reason }) => reason)),
    redeliveries: storm.deliveries.length - storm.distinctSignals,
    lost: storm.distinctSignals - (admitted.size + refused.size - both),
    admittedAfterRefusal: both,
    inFlight: {
      fleet: most.fleet,
      limit: options.fleetLimit,
      group: most.group,
      ...(options.groupLimit !== undefined && { groupLimit: options.groupLimit }),
    },
    samples: most.samples,
    retried,
    deadLetters,
    seconds,
    ...units,
  };
}
