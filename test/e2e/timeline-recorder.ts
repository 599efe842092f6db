import type { Reporter } from '../../local/demo/play.ts';
import type { TimelineEntry } from '../../local/demo/timeline-entry.ts';

/** Reports nothing, and keeps the entries of the timeline in the order in which they arrive. */
export function timelineRecorder(): {
  readonly reporter: Reporter;
  readonly timeline: readonly TimelineEntry[];
} {
  const timeline: TimelineEntry[] = [];
  return {
    timeline,
    reporter: {
      step: (_name, work) => work(() => undefined),
      serving: () => undefined,
      begin: () => undefined,
      entry: (entry) => timeline.push(entry),
      awaiting: () => undefined,
      summary: () => undefined,
    },
  };
}
