import { type CorrelatedIncident, type IncidentBoard, isOpen } from './correlated-incident.ts';

/** A function that calls people and dies is given up after this long: another one calls them. */
const CALLING_MS = 60_000;

/** Whether people need not be called about a component at fault: they know of it, or are being called. */
export function isCalled({ personCalls }: CorrelatedIncident, atFault: string, nowMs: number): boolean {
  const call = personCalls[atFault];
  return call !== undefined && (call.status === 'CALLED' || nowMs - call.atMs < CALLING_MS);
}

/** An alarm that goes red again this soon after people were called flaps: it is the same trouble. */
const FLAPS_WITHIN_MS = 10 * 60_000;

/** Whether another open incident has had people called about the same trouble of a component, and not about an earlier one. */
export function isCalledElsewhere(
  { incidents }: IncidentBoard,
  { component, sinceMs }: { readonly component: string; readonly sinceMs: number },
  nowMs: number,
): boolean {
  return incidents.some(
    (incident) =>
      isOpen(incident) &&
      (incident.personCalls[component]?.atMs ?? 0) >= sinceMs - FLAPS_WITHIN_MS &&
      isCalled(incident, component, nowMs),
  );
}

/** The board with the call of an open incident on it; without one, if nobody was reached. */
export function withCall(
  board: IncidentBoard,
  incidentId: string,
  atFault: string,
  call: CorrelatedIncident['personCalls'][string] | undefined,
): IncidentBoard {
  const withoutIt = (calls: CorrelatedIncident['personCalls']) =>
    Object.fromEntries(Object.entries(calls).filter(([name]) => name !== atFault));
  return {
    ...board,
    revision: board.revision + 1,
    incidents: board.incidents.map((incident) =>
      isOpen(incident) && [incident.incidentId, ...incident.absorbed].includes(incidentId)
        ? {
            ...incident,
            personCalls: { ...withoutIt(incident.personCalls), ...(call && { [atFault]: call }) },
          }
        : incident,
    ),
  };
}
