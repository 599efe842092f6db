import type { EmbeddedCloud } from '../../embedded/embedded-cloud.ts';
import type { IncidentOutcome, IncidentResult, Stage } from '../incidents/incident.ts';
import type { EmbeddedHosts } from './hosts.ts';

/** What an incident is played on. */
export interface EmbeddedStage extends Pick<Stage, 'timeline' | 'signal'> {
  readonly cloud: EmbeddedCloud;
  readonly hosts: EmbeddedHosts;
}

export interface EmbeddedIncident extends Pick<IncidentResult, 'incident' | 'component' | 'expected'> {
  /** Breaks the service and watches what comes of it. */
  readonly play: (stage: EmbeddedStage) => Promise<IncidentOutcome>;
}

export const url = (host: { readonly port: number }, path = '/') => `http://127.0.0.1:${host.port}${path}`;
