import type { CorrelatedIncident, IncidentBoard } from '../core/correlation/correlated-incident.ts';

/**
 * Which alerts are one incident. Every read is strongly consistent.
 * Every method rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing
 * was done.
 */
export interface CorrelationStore {
  /** In the order of the names; without a record, a board of revision 0 that has no incidents. */
  readonly readBoards: (neighbourhoods: readonly string[]) => Promise<readonly IncidentBoard[]>;
  /** Whether it was saved: not if the record is no longer of the revision before. */
  readonly saveBoard: (board: IncidentBoard) => Promise<boolean>;
  /** The names of the boards that may have incidents, as the last round saved them; none before. */
  readonly readBoardNames: () => Promise<readonly string[]>;
  readonly saveBoardNames: (names: readonly string[]) => Promise<void>;
  /** Keeps an incident that has ended, as long as operations are kept. Twice is the same as once. */
  readonly keepEnded: (incident: CorrelatedIncident) => Promise<void>;
  /** Those that began since then, to the second; the newest first. */
  readonly listEnded: (sinceMs: number, limit: number) => Promise<readonly CorrelatedIncident[]>;
}
