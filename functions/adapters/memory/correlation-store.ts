import type { CorrelatedIncident, IncidentBoard } from '../../core/correlation/correlated-incident.ts';
import { idTime } from '../../core/operation/operation-id.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import { frozen } from './frozen.ts';

/** Correlated incidents in this process. */
export function createMemoryCorrelationStore(): CorrelationStore {
  const boards = new Map<string, IncidentBoard>();
  let boardNames: readonly string[] = [];
  const ended = new Map<string, CorrelatedIncident>();
  return {
    readBoards: async (names) =>
      names.map(
        (neighbourhood) => boards.get(neighbourhood) ?? { neighbourhood, revision: 0, incidents: [] },
      ),

    saveBoard: async (board) => {
      const { neighbourhood, revision } = board;
      if ((boards.get(neighbourhood)?.revision ?? 0) !== revision - 1) return false;
      boards.set(neighbourhood, frozen(structuredClone(board)));
      return true;
    },

    readBoardNames: async () => boardNames,

    saveBoardNames: async (names) => {
      boardNames = [...names];
    },

    keepEnded: async (incident) => {
      ended.set(incident.incidentId, frozen(structuredClone(incident)));
    },

    listEnded: async (sinceMs, limit) =>
      [...ended.values()]
        .filter(({ incidentId }) => incidentId >= idTime(sinceMs))
        .toSorted((a, b) => (a.incidentId < b.incidentId ? 1 : -1))
        .slice(0, limit),
  };
}
