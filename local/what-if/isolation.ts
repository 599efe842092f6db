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
  /** Positions of those that last, by instance. */
  const lasting = new Map<string, number>();
  return {
    note: ({ action, component, instanceId, operationId }, nowMs) => {
      const index = lasting.get(instanceId);
      if (action === 'isolate_network' && index === undefined) {
        lasting.set(instanceId, all.length);
        all.push({ component, instanceId, operationId, fromMs: nowMs });
      }
      const open = index === undefined ? undefined : all[index];
      if (action === 'restore_network' && index !== undefined && open !== undefined) {
        all[index] = { ...open, untilMs: nowMs };
        lasting.delete(instanceId);
      }
    },
    has: (name) => [...lasting.values()].some((index) => all[index]?.component === name),
    list: () => all,
  };
}

/** The isolation of a component's host that is in force at a time, if there is one. @param isolations of the component */
export function isolationAt(isolations: readonly Isolation[], atMs: number): Isolation | undefined {
  return isolations.find(
    ({ fromMs, untilMs = Number.POSITIVE_INFINITY }) => fromMs <= atMs && atMs < untilMs,
  );
}
