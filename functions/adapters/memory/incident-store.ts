import type { IncidentRecord } from '../../core/notification/incident.ts';
import type { IncidentStore } from '../../ports/channels.ts';
import { frozen } from './frozen.ts';

/** Incidents in this process. */
export function createMemoryIncidentStore(): IncidentStore {
  const incidents = new Map<string, IncidentRecord>();
  return {
    readIncident: async (key) => incidents.get(key),

    saveIncident: async (record, previous) => {
      if (!isSame(incidents.get(record.key), previous)) return false;
      incidents.set(record.key, frozen(record));
      return true;
    },

    listIncidents: async () => [...incidents.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

function isSame(one: IncidentRecord | undefined, other: IncidentRecord | undefined): boolean {
  return (
    one?.status === other?.status && one?.sinceMs === other?.sinceMs && one?.announced === other?.announced
  );
}
