import type { Reporter } from '../play.ts';

/** A way to report the demo's progress. */
export interface DemoReport extends Reporter {
  /** Reports that an incident is left out, as this machine lacks something for it. */
  readonly leftOut: (incident: string, missing: string) => void;
  /** Reports that the demo ends early. */
  readonly failure: (message: string) => void;
  /** Reports that the wait is over. */
  readonly stop: () => void;
}
