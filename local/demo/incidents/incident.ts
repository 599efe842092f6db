import type { DemoComponent } from '../components.ts';
import type { PreparedTarget } from '../target.ts';
import type { Timeline } from '../timeline.ts';
import type { Check, DemoHosts } from './hosts.ts';

/** What an incident is played on. */
export interface Stage extends Pick<PreparedTarget, 'hosts' | 'watchdog'> {
  readonly timeline: Timeline;
  /** Aborted when everything is to end early. */
  readonly signal: AbortSignal;
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
  /** Whether it breaks something that only the embedded target has. @default false */
  readonly isEmbeddedOnly?: true;
  readonly expected: (hosts: DemoHosts) => string;
  /** Breaks the service and watches what happens. */
  readonly play: (stage: Stage) => Promise<IncidentOutcome>;
}

export interface IncidentResult extends IncidentOutcome {
  readonly incident: string;
  readonly component: DemoComponent;
  readonly expected: string;
  readonly ok: boolean;
}
