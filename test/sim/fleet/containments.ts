import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Strategy } from '../../../functions/core/configuration/schema/strategy-schema.ts';
import { limitedIsolation } from '../../../functions/core/operation/time-limit.ts';
import type { RunbookPerformance, RunbookRequest } from '../../../local/embedded/hosts/simulated-hosts.ts';

const DAY_SECONDS = 86_400;
const CONTAINED = JSON.stringify({
  contained: 'isolation',
  stableSeconds: 0,
  putBack: 0,
  history: 'isolated',
});
const NOT_CONTAINED =
  'selfheal: NOT_CONTAINED: nothing is loaded, 15 s after the first look; not isolated, as far as the host knows; see what has lifted it';

/** Which hosts are isolated or in safe mode, by what runbooks have done on them. */
export interface Containments {
  /** Records that a runbook has succeeded. */
  readonly note: (request: RunbookRequest) => void;
  /** A person lets a host back in that its agent has isolated. */
  readonly letIn: (instanceId: string) => void;
  /** Whether an endpoint is unreachable from outside. */
  readonly isClosed: (url: string) => boolean;
  /** Looks for the whole stability window, as the real runbook does. */
  readonly look: (request: RunbookRequest) => RunbookPerformance;
}

export interface ContainmentsDeps {
  readonly fleet: CompiledConfiguration;
  /** Calls back when a person lifts an isolation of which no limit reminds anybody during a run. */
  readonly later: (lift: () => void) => void;
  /** Whether EC2 cuts a host off. */
  readonly isCutOff: (instanceId: string) => boolean;
}

export function createContainments({
  fleet: { components, strategies },
  later,
  isCutOff,
}: ContainmentsDeps): Containments {
  const isSoonOver = (actions: Strategy['actions']) =>
    Number(limitedIsolation(actions)?.params['limitSeconds']) < DAY_SECONDS;
  const limited = new Set(
    strategies.flatMap(({ actions, components: names = [] }) => (isSoonOver(actions) ? names : [])),
  );
  const idsOf = (name: string) => {
    const { targets } = components[name] ?? {};
    return targets && 'instanceIds' in targets ? targets.instanceIds : [];
  };
  const isolated = new Map<string, string>();
  const inSafeMode = new Set<string>();
  return {
    note: ({ action, instanceId, component, operationId }) => {
      if (action === 'isolate_network') {
        isolated.set(instanceId, `${component} ${operationId}`);
        if (limited.has(component)) return;
        later(() => {
          if (isolated.get(instanceId) === `${component} ${operationId}`) isolated.delete(instanceId);
        });
      }
      if (action === 'restore_network') isolated.delete(instanceId);
      if (action === 'enter_safe_mode') inSafeMode.add(`${component} ${instanceId}`);
      if (action === 'leave_safe_mode') inSafeMode.delete(`${component} ${instanceId}`);
    },
    letIn: (instanceId) => void isolated.delete(instanceId),
    isClosed: (url) =>
      Object.entries(components).some(
        ([name, { health }]) =>
          health?.url === url &&
          ([...isolated.values()].some((by) => by.startsWith(`${name} `)) || idsOf(name).some(isCutOff)),
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
        get word() {
          return before && holds() ? CONTAINED : NOT_CONTAINED;
        },
      };
    },
  };
}
