import type { EmbeddedCloud } from '../../embedded/embedded-cloud.ts';
import { type DemoComponent, isDemoComponent } from '../demo-hosts.ts';
import { entryOfEvent } from '../events.ts';
import { entryOfRefusal, entryOfStep } from '../records.ts';
import { type Repetition, repeat } from '../repeat.ts';
import { isEnd, type Timeline, type TimelineEntry } from '../timeline.ts';
import type { DemoProcessHost } from './hosts.ts';

const LOOK_EVERY_MS = 200;
const MOST_REFUSALS = 50;
const TOLD_OF = new Set(['CloudWatch Alarm State Change', 'Selfheal Operation State Change']);

/** Feeds the timeline with what Selfheal itself says: events on the bus, records in the store, words to the architect. */
export function watchCloud(
  cloud: EmbeddedCloud,
  hosts: readonly DemoProcessHost[],
  timeline: Timeline,
): Repetition {
  const reader = new CloudReader(cloud, hosts, timeline);
  return repeat(LOOK_EVERY_MS, () => reader.read());
}

class CloudReader {
  readonly #cloud: EmbeddedCloud;
  readonly #hostNames: ReadonlyMap<string, string>;
  readonly #timeline: Timeline;
  readonly #told = new Set<string>();
  readonly #operations = new Map<string, DemoComponent>();
  #events = 0;
  #notices = 0;

  constructor(cloud: EmbeddedCloud, hosts: readonly DemoProcessHost[], timeline: Timeline) {
    this.#cloud = cloud;
    this.#hostNames = new Map(hosts.map(({ instanceId, name }) => [instanceId, name]));
    this.#timeline = timeline;
  }

  async read(): Promise<void> {
    await this.#readEvents();
    this.#readNotices();
    await this.#readRecords();
  }

  async #readEvents(): Promise<void> {
    const { log } = this.#cloud.bus;
    for (; this.#events < log.length; this.#events += 1) {
      const event = log[this.#events];
      if (event === undefined || !TOLD_OF.has(event['detail-type'])) continue;
      const entry = entryOfEvent(JSON.stringify(event));
      if (entry === undefined) continue;
      if (entry.operationId !== undefined) this.#operations.set(entry.operationId, entry.component);
      this.#timeline.add(await this.#withDuration(entry));
    }
  }

  async #withDuration(entry: TimelineEntry): Promise<TimelineEntry> {
    if (!isEnd(entry) || entry.operationId === undefined) return entry;
    const operation = await this.#cloud.store.getOperation(entry.operationId);
    return operation ? { ...entry, tookMs: entry.atMs - operation.startedAtMs } : entry;
  }

  #readNotices(): void {
    const notices = this.#cloud.notifier.notifications();
    for (; this.#notices < notices.length; this.#notices += 1) {
      const notice = notices[this.#notices];
      const component = notice?.body['component'];
      if (notice === undefined || typeof component !== 'string' || !isDemoComponent(component)) continue;
      const { atMs, subject: why } = notice;
      this.#timeline.add({ atMs, component, kind: 'notice', state: 'TOLD', tone: 'plain', why });
    }
  }

  async #readRecords(): Promise<void> {
    const { store } = this.#cloud;
    for (const [operationId, component] of this.#operations) {
      for (const step of await store.listSteps(operationId)) {
        const entry = entryOfStep(step, component, (id) => this.#hostNames.get(id) ?? id);
        if (entry && this.#isNew(`${operationId} ${step.stepId}`)) this.#timeline.add(entry);
      }
    }
    for (const component of new Set(this.#operations.values())) {
      for (const refusal of await store.listRefusals(component, MOST_REFUSALS)) {
        if (this.#isNew(`${refusal.signalId} ${refusal.occurredAtMs}`))
          this.#timeline.add(entryOfRefusal(refusal, component));
      }
    }
  }

  #isNew(key: string): boolean {
    const isNew = !this.#told.has(key);
    this.#told.add(key);
    return isNew;
  }
}
