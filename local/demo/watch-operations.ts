import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import type { LocalCloud } from '../cloud/local-cloud.ts';
import { DEMO_COMPONENTS, type DemoComponent, type DemoHosts, isDemoComponent } from './demo-hosts.ts';
import { DEMO_EVENTS, entryOfEvent } from './events.ts';
import {
  createMessageQueue,
  type MessageQueue,
  subscribeToEvents,
  subscribeToTopic,
} from './message-queue.ts';
import { entryOfRefusal, entryOfStep } from './records.ts';
import { type Repetition, repeat } from './repeat.ts';
import { isEnd, type Timeline, type TimelineEntry } from './timeline.ts';

const LOOK_EVERY_MS = 500;
const MOST_REFUSALS = 50;

const notice = z.object({
  Subject: z.string(),
  Timestamp: z.string(),
});

/**
 * Feeds the timeline with what Selfheal itself says: its events and CloudWatch's, by a rule and a queue; the records of
 * steps and refusals; and what the architect's topic is told, by a queue that subscribes to it.
 */
export async function watchOperations(
  cloud: LocalCloud,
  hosts: DemoHosts,
  timeline: Timeline,
): Promise<Repetition> {
  const store = createOperationStore({
    client: new DynamoDBClient(cloud.aws),
    tableName: cloud.outputs['TableName'] ?? '',
    historyRetentionDays: 1,
  });
  const events = await createMessageQueue(cloud.aws, 'demo-events');
  await subscribeToEvents(cloud.aws, events, 'demo-events', DEMO_EVENTS);
  const notices = await createMessageQueue(cloud.aws, 'demo-architect');
  await subscribeToTopic(cloud.aws, notices, cloud.outputs['ArchitectTopicArn']);

  const records = new RecordReader(store, hosts, timeline);
  return repeat(LOOK_EVERY_MS, async () => {
    for (const text of await events.receive()) {
      const entry = entryOfEvent(text);
      if (entry) timeline.add(await records.withDuration(entry));
    }
    await takeNotices(notices, timeline);
    await records.read();
  });
}

async function takeNotices(queue: MessageQueue, timeline: Timeline): Promise<void> {
  for (const text of await queue.receive()) {
    const { Subject, Timestamp } = notice.parse(JSON.parse(text));
    const component = DEMO_COMPONENTS.find((name) => Subject.includes(name));
    if (component === undefined) continue;
    // The topic's clock shows whole seconds.
    const atMs = Math.min(Date.parse(Timestamp) + 999, Date.now());
    timeline.add({ atMs, component, kind: 'notice', state: 'TOLD', tone: 'plain', why: Subject });
  }
}

type StoredRecords = Pick<OperationStore, 'getOperation' | 'listSteps' | 'listRefusals'>;

/** Reads the records of all operations that the timeline knows of, and of all refusals; tells each once. */
class RecordReader {
  readonly #told = new Set<string>();
  readonly #store: StoredRecords;
  readonly #hostNames: ReadonlyMap<string, string>;
  readonly #timeline: Timeline;

  constructor(store: StoredRecords, hosts: DemoHosts, timeline: Timeline) {
    this.#store = store;
    this.#hostNames = new Map(Object.values(hosts).map((host) => [host.instanceId, host.name]));
    this.#timeline = timeline;
  }

  /** The end of an operation, with the time since its admission; any other entry as it is. */
  async withDuration(entry: TimelineEntry): Promise<TimelineEntry> {
    if (!isEnd(entry) || entry.operationId === undefined) return entry;
    const operation = await this.#store.getOperation(entry.operationId);
    return operation ? { ...entry, tookMs: entry.atMs - operation.startedAtMs } : entry;
  }

  async read(): Promise<void> {
    for (const [operationId, component] of this.#operations()) {
      for (const step of await this.#store.listSteps(operationId)) {
        const entry = entryOfStep(step, component, (id) => this.#hostNames.get(id) ?? id);
        if (entry && this.#isNew(`${operationId} ${step.stepId}`)) this.#timeline.add(entry);
      }
    }
    for (const component of DEMO_COMPONENTS) {
      for (const refusal of await this.#store.listRefusals(component, MOST_REFUSALS)) {
        if (this.#isNew(`${refusal.signalId} ${refusal.occurredAtMs}`))
          this.#timeline.add(entryOfRefusal(refusal, component));
      }
    }
  }

  #operations(): ReadonlyMap<string, DemoComponent> {
    const known = this.#timeline.entries.flatMap(({ operationId, component }) =>
      operationId !== undefined && isDemoComponent(component) ? [[operationId, component] as const] : [],
    );
    return new Map(known);
  }

  #isNew(key: string): boolean {
    const isNew = !this.#told.has(key);
    this.#told.add(key);
    return isNew;
  }
}
