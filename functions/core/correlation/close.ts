import { type CorrelatedIncident, type IncidentBoard, isOpen, rememberedOf } from './correlated-incident.ts';

/** An incident stays open for this long after its last alert: what follows from the alert may not be on record yet. */
const SETTLING_MS = 30_000;

export interface Closed {
  readonly board: IncidentBoard;
  /** Those that have ended now. */
  readonly ended: readonly CorrelatedIncident[];
}

/**
 * Ends the open incidents whose components have all recovered, and forgets those that ended long ago.
 *
 * @param hasRecovered whether a component has, given how long ago the incident's last alert came
 * @returns the same board if there is none
 */
export function close(
  board: IncidentBoard,
  hasRecovered: (component: string, quietMs: number) => boolean,
  nowMs: number,
): Closed {
  const ended = board.incidents
    .filter(
      (incident) =>
        isOpen(incident) &&
        nowMs - incident.lastAlertMs >= SETTLING_MS &&
        Object.keys(incident.components).every((name) => hasRecovered(name, nowMs - incident.lastAlertMs)),
    )
    .map((incident) => ({ ...incident, resolvedAtMs: nowMs }));
  if (ended.length === 0) return { board, ended };
  const byId = new Map(ended.map((incident) => [incident.incidentId, incident]));
  return {
    board: {
      ...board,
      revision: board.revision + 1,
      incidents: rememberedOf(
        board.incidents.map((incident) => byId.get(incident.incidentId) ?? incident),
        nowMs,
      ),
    },
    ended,
  };
}
