import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import { DEMO_COMPONENTS, type DemoComponent } from './components.ts';
import { entryOfEvent } from './events.ts';
import { entryOfRefusal, entryOfStep } from './records.ts';
import { type Repetition, repeat } from './repeat.ts';
import type { PreparedTarget } from './target.ts';
import type { Timeline } from './timeline.ts';
import { isEnd, type TimelineEntry } from './timeline-entry.ts';

const MOST_REFUSALS = 50;

/** Feeds the timeline from Selfheal itself: events, notifications of the architect, records of steps and refusals. */
export function followTarget(target: PreparedTarget, timeline: Timeline): Repetition {
  const records = new RecordReader(target, timeline);
  return repeat(target.lookEveryMs, async () => {
    for (const text of await target.takeEvents()) {
      const entry = entryOfEvent(text);
      if (entry) timeline.add(await records.withDuration(entry));
    }
    for (const { atMs, subject } of await target.takeNotices()) {
      const component = DEMO_COMPONENTS.find((name) => subject.includes(name));
      if (component)
        timeline.add({ atMs, component, kind: 'notice', state: 'NOTIFIED', tone: 'plain', why: subject });
    }
    await records.read();
  });
}

/** Reads the records of all operations that the timeline knows, and of all refusals; adds each once. */
class RecordReader {
  readonly #shown = new Set<string>();
  readonly #target: PreparedTarget;
  readonly #timeline: Timeline;

  constructor(target: PreparedTarget, timeline: Timeline) {
    this.#target = target;
    this.#timeline = timeline;
  }

  /** The end of an operation, with the time since its admission; any other entry as it is. */
  async withDuration(entry: TimelineEntry): Promise<TimelineEntry> {
    if (!isEnd(entry) || entry.operationId === undefined) return entry;
    const operation = await this.#target.records.getOperation(entry.operationId);
    return operation ? { ...entry, tookMs: entry.atMs - operation.startedAtMs } : entry;
  }

  async read(): Promise<void> {
    const { records, hostNames } = this.#target;
    for (const [operationId, component] of this.#operations()) {
      for (const step of await records.listSteps(operationId)) {
        const entry = entryOfStep(step, component, (id) => hostNames.get(id) ?? id);
        if (entry && this.#isNew(`${operationId} ${step.stepId}`)) this.#timeline.add(entry);
      }
    }
    for (const component of DEMO_COMPONENTS) {
      for (const refusal of await records.listRefusals(component, MOST_REFUSALS)) {
        const entry = entryOfRefusal(refusal, component);
        if (entry && this.#isNew(refusalKey(refusal))) this.#timeline.add(entry);
      }
    }
  }

  #operations(): ReadonlyMap<string, DemoComponent> {
    return new Map(
      this.#timeline.entries.flatMap(({ operationId, component }) =>
        operationId === undefined ? [] : [[operationId, component] as const],
      ),
    );
  }

  #isNew(key: string): boolean {
    const isNew = !this.#shown.has(key);
    this.#shown.add(key);
    return isNew;
  }
}

/** The reconciler asks again in every round whether the fault is still elsewhere: the first answer is news. */
function refusalKey({ reason, component, signalId, occurredAtMs }: RefusalRecord): string {
  return reason === 'CAUSE_ELSEWHERE' ? `${component} ${reason}` : `${signalId} ${occurredAtMs}`;
}
