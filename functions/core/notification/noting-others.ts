import type { CorrelatedIncident } from '../correlation/correlated-incident.ts';
import type { Notice } from './notice.ts';

const NAMED_AT_MOST = 20;

/** The notice with the incident that it is part of: who reads it need not look for the other components. */
export function notingOthers(notice: Notice, incident: CorrelatedIncident): Notice {
  const others = Object.keys(incident.components).filter((name) => name !== notice.component);
  const named = others.slice(0, NAMED_AT_MOST).join(', ');
  const more = others.length > NAMED_AT_MOST ? ` and ${others.length - NAMED_AT_MOST} more` : '';
  return {
    ...notice,
    facts: [
      ...notice.facts,
      { name: 'Incident', value: incident.incidentId },
      ...(others.length > 0 ? [{ name: 'Also unhealthy', value: `${named}${more}` }] : []),
    ],
  };
}
