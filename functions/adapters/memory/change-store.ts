import type { ChangeEvent } from '../../core/change/change-event.ts';
import { type ChangeStore, MAXIMUM_CHANGE_EVENTS } from '../../ports/change-store.ts';

/** Changes in this process. */
export function createMemoryChangeStore(): ChangeStore {
  const events = new Map<string, ChangeEvent>();
  return {
    recordChange: async (event) => {
      const { component, source, changeId, phase, atMs } = event;
      const key = JSON.stringify([component, source, changeId, phase, atMs]);
      if (!events.has(key)) events.set(key, event);
    },

    listChanges: async (component, sinceMs) =>
      [...events.values()]
        .filter((event) => event.component === component && event.atMs >= sinceMs)
        .toSorted((a, b) => b.atMs - a.atMs)
        .slice(0, MAXIMUM_CHANGE_EVENTS),
  };
}
