import type { IncidentResult } from '../incidents/incident.ts';
import type { Reporter } from '../play.ts';

/** A way of telling how the demo goes. */
export interface DemoReport extends Reporter {
  readonly summary: (results: readonly IncidentResult[]) => void;
  /** The demo ends early. */
  readonly failure: (message: string) => void;
  /** Nothing is waited for any more. */
  readonly stop: () => void;
}
