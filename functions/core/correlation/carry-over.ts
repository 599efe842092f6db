import { fits } from './board-size.ts';
import { type CorrelatedIncident, type IncidentBoard, isOpen } from './correlated-incident.ts';

export interface CarriedOver {
  /** Boards in use that have changed. */
  readonly changed: readonly IncidentBoard[];
  /** The former boards with incidents, as they are afterwards: with what there was no room for. */
  readonly emptied: readonly IncidentBoard[];
  /** Incidents that end, because none of their components still has neighbours. */
  readonly ended: readonly CorrelatedIncident[];
}

/**
 * Moves the incidents of boards that are no longer in use, because the configuration has changed which components are
 * neighbours, to the boards of their components. Twice is the same as once.
 *
 * @param inUse by name
 * @param nameOf the board of a component; `undefined` if it has no neighbours
 */
export function carryOver(
  former: readonly IncidentBoard[],
  inUse: ReadonlyMap<string, IncidentBoard>,
  nameOf: (component: string) => string | undefined,
  nowMs: number,
): CarriedOver {
  const boards = new Map(inUse);
  const ended: CorrelatedIncident[] = [];
  const moves = (incident: CorrelatedIncident): boolean => {
    const name = [incident.atFault, ...Object.keys(incident.components)].flatMap(
      (component) => nameOf(component) ?? [],
    )[0];
    if (name === undefined) {
      if (isOpen(incident)) ended.push({ ...incident, resolvedAtMs: nowMs });
      return true;
    }
    const board = boards.get(name);
    if (!board) return false;
    if (isOn(board, incident)) return true;
    const incidents = [...board.incidents, incident].toSorted((a, b) => a.beganAtMs - b.beganAtMs);
    if (!fits({ incidents })) return false;
    boards.set(name, { ...board, incidents });
    return true;
  };
  const emptied = former
    .filter(({ incidents }) => incidents.length > 0)
    .map((board) => ({
      ...board,
      revision: board.revision + 1,
      incidents: board.incidents.filter((incident) => !moves(incident)),
    }));
  const changed = [...boards.values()].filter((board) => board !== inUse.get(board.neighbourhood));
  return { changed: changed.map((board) => ({ ...board, revision: board.revision + 1 })), emptied, ended };
}

function isOn({ incidents }: IncidentBoard, { incidentId }: CorrelatedIncident): boolean {
  return incidents.some((each) => each.incidentId === incidentId || each.absorbed.includes(incidentId));
}
