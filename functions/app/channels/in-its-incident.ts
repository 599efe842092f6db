import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import {
  type CorrelatedIncident,
  incidentOfComponent,
  isOpen,
} from '../../core/correlation/correlated-incident.ts';
import { neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import type { IncidentRecord } from '../../core/notification/incident.ts';
import { correlatedIncidentKey } from '../../core/notification/incident-key.ts';
import type { Notice } from '../../core/notification/notice.ts';
import { notingOthers } from '../../core/notification/noting-others.ts';
import type { Home } from '../../core/signal/home.ts';
import type { IncidentStore } from '../../ports/channels.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';

export interface InItsIncidentDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly home: Home;
  readonly incidents: Pick<IncidentStore, 'readIncident'>;
  readonly correlation: Pick<CorrelationStore, 'readBoards'>;
}

/** A notice that concerns a component of a correlated incident, under the key of that incident. */
export async function inItsIncident(deps: InItsIncidentDeps, notice: Notice): Promise<Notice> {
  const { incident: change, component } = notice;
  if (!change || component === undefined) return notice;
  const incident = await openIncident(deps, component);
  if (!incident) return notice;
  const key = await keyOf(deps, incident);
  return notingOthers({ ...notice, incident: { ...change, key, incidentId: incident.incidentId } }, incident);
}

/**
 * Whether the incident that a pager was notified of is over; `undefined` if it is not on record any more: it ended long ago,
 * or the configuration has changed which components are neighbours.
 */
export async function isOver(
  deps: InItsIncidentDeps,
  { component, incidentId }: IncidentRecord,
): Promise<boolean | undefined> {
  if (component === undefined || incidentId === undefined) return undefined;
  const board = await boardOf(deps, component);
  const incident = board?.incidents.find((each) => [each.incidentId, ...each.absorbed].includes(incidentId));
  return incident && !isOpen(incident);
}

async function boardOf({ configuration, correlation }: InItsIncidentDeps, component: string) {
  const neighbourhood = neighbourhoods(configuration).get(component);
  return neighbourhood === undefined ? undefined : (await correlation.readBoards([neighbourhood]))[0];
}

async function openIncident(
  deps: InItsIncidentDeps,
  component: string,
): Promise<CorrelatedIncident | undefined> {
  const board = await boardOf(deps, component);
  const incident = board && incidentOfComponent(board, component);
  return incident && isOpen(incident) ? incident : undefined;
}

/** Pagers may know it by an incident that turned out to be part of it. */
async function keyOf(
  { incidents, home }: InItsIncidentDeps,
  { incidentId, absorbed }: CorrelatedIncident,
): Promise<string> {
  for (const id of absorbed) {
    const key = correlatedIncidentKey(id, home);
    if ((await incidents.readIncident(key))?.status === 'open') return key;
  }
  return correlatedIncidentKey(incidentId, home);
}
