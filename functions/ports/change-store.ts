import type { ChangeEvent } from '../core/change/change-event.ts';

/**
 * What was reported of changes. Every read is strongly consistent.
 * Every method rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing
 * was done.
 */
export interface ChangeStore {
  /** Once: the first delivery stays, with the operation that it was attributed to. */
  readonly recordChange: (event: ChangeEvent) => Promise<void>;
  /** The events of a component's changes from a time on, the newest first; of too many, the newest. */
  readonly listChanges: (component: string, sinceMs: number) => Promise<readonly ChangeEvent[]>;
}

/** The most events that one read returns: more than any component has in the days that records are kept. */
export const MAXIMUM_CHANGE_EVENTS = 1_000;
