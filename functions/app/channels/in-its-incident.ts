import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import {
  type CorrelatedIncident,
  incidentOfComponent,
  isOpen,
} from '../../core/correlation/correlated-incident.ts';
import { neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import { correlatedIncidentKey } from '../../core/notification/incident-key.ts';
import type { Notice } from '../../core/notification/notice.ts';
import { notingOthers } from '../../core/notification/noting-others.ts';
import type { Home } from '../../core/signal/home.ts';
import type { IncidentStore } from '../../ports/channels.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';

export interface InItsIncidentDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components' | 'settings'>;
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

async function openIncident(
  { configuration, correlation }: InItsIncidentDeps,
  component: string,
): Promise<CorrelatedIncident | undefined> {
  const neighbourhood = neighbourhoods(configuration).get(component);
  if (neighbourhood === undefined) return undefined;
  const [board] = await correlation.readBoards([neighbourhood]);
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
