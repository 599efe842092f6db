import type { DemoComponent } from '../components.ts';
import type { TimelineEntry } from '../timeline-entry.ts';
import type { Stage } from './incident.ts';

/** What the timeline says about one component, from a fault on. */
export interface Episode {
  readonly brokenAtMs: number;
  /** The first entry of the component since the fault that is wanted. */
  readonly first: (
    what: string,
    timeoutSeconds: number,
    isWanted: (entry: TimelineEntry) => boolean,
  ) => Promise<TimelineEntry>;
  /** Entries of the component since the fault. */
  readonly entries: () => readonly TimelineEntry[];
}

/** Adds the fault to the timeline. */
export function beginEpisode(
  stage: Pick<Stage, 'timeline' | 'signal'>,
  component: DemoComponent,
  why: string,
): Episode {
  const brokenAtMs = Date.now();
  const { timeline, signal } = stage;
  const isOfEpisode = (entry: TimelineEntry) => entry.component === component && entry.atMs >= brokenAtMs;
  timeline.add({ atMs: brokenAtMs, component, kind: 'fault', state: 'FAULT', tone: 'bad', why });
  return {
    brokenAtMs,
    first: (what, timeoutSeconds, isWanted) =>
      timeline.first(
        `${component}: ${what}`,
        timeoutSeconds,
        signal,
        (entry) => isOfEpisode(entry) && isWanted(entry),
      ),
    entries: () => timeline.entries.filter(isOfEpisode),
  };
}
