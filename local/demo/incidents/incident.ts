import type { LocalCloud } from '../../cloud/local-cloud.ts';
import type { DemoComponent, DemoHosts } from '../demo-hosts.ts';
import type { Measurements } from '../measurements.ts';
import type { Timeline } from '../timeline.ts';

/** What an incident is played on. */
export interface Stage {
  readonly cloud: LocalCloud;
  readonly hosts: DemoHosts;
  readonly measurements: Measurements;
  readonly timeline: Timeline;
  /** Given when everything is to end early. */
  readonly signal: AbortSignal;
}

/** Something that was looked at when all was over, on the host or from outside. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
}

export interface IncidentOutcome {
  /** In the words of `expected`. */
  readonly got: string;
  readonly checks: readonly Check[];
  /** From the fault to the alarm. */
  readonly detectMs?: number;
  /** From the alarm to the end of the operation that dealt with it. */
  readonly healMs?: number;
}

export interface Incident {
  readonly name: string;
  readonly component: DemoComponent;
  readonly expected: string;
  /** Brings the service up, in good health. */
  readonly prepare: (stage: Pick<Stage, 'hosts'>) => Promise<void>;
  /** Breaks the service and watches what comes of it. */
  readonly play: (stage: Stage) => Promise<IncidentOutcome>;
}

export interface IncidentResult extends IncidentOutcome {
  readonly incident: string;
  readonly component: DemoComponent;
  readonly expected: string;
  readonly ok: boolean;
}
