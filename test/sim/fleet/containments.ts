import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { RunbookPerformance, RunbookRequest } from '../../../local/embedded/hosts/simulated-hosts.ts';

/** Which hosts are isolated or in safe mode, by what runbooks have done on them. */
export interface Containments {
  /** Records that a runbook has succeeded. */
  readonly note: (request: RunbookRequest) => void;
  /** Whether an endpoint is unreachable from outside. */
  readonly isClosed: (url: string) => boolean;
  /** Looks for the whole stability window, as the real runbook does. */
  readonly look: (request: RunbookRequest) => RunbookPerformance;
}

/** @param later calls back when a person lifts an isolation */
export function createContainments(
  { components }: CompiledConfiguration,
  later: (lift: () => void) => void,
): Containments {
  const isolated = new Map<string, string>();
  const inSafeMode = new Set<string>();
  return {
    note: ({ action, instanceId, component, operationId }) => {
      if (action === 'isolate_network') {
        isolated.set(instanceId, `${component} ${operationId}`);
        later(() => {
          if (isolated.get(instanceId) === `${component} ${operationId}`) isolated.delete(instanceId);
        });
      }
      if (action === 'restore_network') isolated.delete(instanceId);
      if (action === 'enter_safe_mode') inSafeMode.add(`${component} ${instanceId}`);
      if (action === 'leave_safe_mode') inSafeMode.delete(`${component} ${instanceId}`);
    },
    isClosed: (url) =>
      Object.entries(components).some(
        ([name, { health }]) =>
          health?.url === url && [...isolated.values()].some((by) => by.startsWith(`${name} `)),
      ),
    look: ({ component, instanceId, parameters }) => {
      const holds = () =>
        parameters['containment'] === 'isolation'
          ? isolated.has(instanceId)
          : inSafeMode.has(`${component} ${instanceId}`);
      const before = holds();
      return {
        takesMs: Number(parameters['stableSeconds'] ?? 1) * 1_000,
        get exitCode() {
          return before && holds() ? 0 : 1;
        },
      };
    },
  };
}
