import type { RunbookRequest } from '../embedded/hosts/simulated-hosts.ts';

/** A host that was cut off from the network. Times are epoch milliseconds. */
export interface Isolation {
  readonly component: string;
  readonly instanceId: string;
  /** The component whose runbook cut it off. */
  readonly operationId: string;
  readonly fromMs: number;
  /** When a runbook restored it; absent while it stays cut off until a person restores it. */
  readonly untilMs?: number;
}

export interface Isolations {
  /** Records that a runbook has done its work. */
  readonly note: (request: RunbookRequest, nowMs: number) => void;
  /** Whether a host of the component is cut off. */
  readonly has: (component: string) => boolean;
  /** In order of their beginning. */
  readonly list: () => readonly Isolation[];
}

/** Which hosts are cut off, by the runbooks that were carried out on them. Nobody restores one by hand. */
export function createIsolations(): Isolations {
  const all: Isolation[] = [];
  const openAt = (id: string) =>
    all.findIndex(({ instanceId, untilMs }) => instanceId === id && untilMs === undefined);
  return {
    note: ({ action, component, instanceId, operationId }, nowMs) => {
      const index = openAt(instanceId);
      const open = all[index];
      if (action === 'isolate_network' && open === undefined)
        all.push({ component, instanceId, operationId, fromMs: nowMs });
      if (action === 'restore_network' && open !== undefined) all[index] = { ...open, untilMs: nowMs };
    },
    has: (name) => all.some(({ component, untilMs }) => component === name && untilMs === undefined),
    list: () => all,
  };
}

/** The isolation of a component's host that is in force at a time, if there is one. */
export function isolationAt(
  isolations: readonly Isolation[],
  name: string,
  atMs: number,
): Isolation | undefined {
  return isolations.find(
    ({ component, fromMs, untilMs = Number.POSITIVE_INFINITY }) =>
      component === name && fromMs <= atMs && atMs < untilMs,
  );
}
