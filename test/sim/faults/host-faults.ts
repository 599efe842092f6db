import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import type {
  RunbookPerformance,
  RunbookRequest,
  SimulatedHosts,
} from '../../../local/embedded/hosts/simulated-hosts.ts';
import type { HostRunner } from '../../../local/ssm/host-runner.ts';
import type { Injector } from './injector.ts';

const PERFORMANCE_SHARES = {
  'runbook-fails': 0.06,
  'runbook-hangs': 0.015,
  'runbook-slow': 0.05,
  'host-crashes-midway': 0.02,
  'host-lost-midway': 0.03,
} as const;
/** An Auto Scaling group replaces instances, whatever is running on them. */
const GROUP_SHARES = { ...PERFORMANCE_SHARES, 'host-replaced-midway': 0.06 } as const;
const AGENT_SHARES = { 'agent-runs-twice': 0.02, 'agent-runs-late': 0.02 } as const;

/** Longer than any action may take. */
const HANG_MS = 30 * 60_000;
const SLOWEST_MS = 25_000;
const LATEST_MS = 90_000;
/** How long a crashed host takes to boot, and how long at most a host stays cut off. */
const [QUICKEST_BOOT_MS, SLOWEST_BOOT_MS] = [20_000, 4 * 60_000];
const LONGEST_AWAY_MS = 8 * 60_000;

/** What a fault may affect while a runbook acts. */
export interface Surroundings {
  readonly injector: Injector;
  readonly clock: EmbeddedClock;
  readonly hosts: Pick<SimulatedHosts, 'crash' | 'setReachable'>;
  /** Replaces the host that acts. @default - it is not replaced */
  readonly replace?: () => void;
}

/** How a runbook performs on a host, and what happens to the host meanwhile. */
export function drawPerformance(
  { injector, clock, hosts, replace }: Surroundings,
  request: RunbookRequest,
): RunbookPerformance {
  const { instanceId } = request;
  const place = `${request.instanceId} ${request.operationId} ${request.stepId}`;
  const takesMs = Math.round(500 + injector.draw(`${place} takes`) * 4_000);
  /** The runbook has begun by then, and has not ended. */
  const midway = (strike: () => void) =>
    void clock.after(takesMs * (0.1 + 0.8 * injector.draw(`${place} midway`)), strike);
  const fault = replace ? injector.strike(place, GROUP_SHARES) : injector.strike(place, PERFORMANCE_SHARES);
  switch (fault) {
    case 'runbook-fails':
      return { takesMs, exitCode: 1 };
    case 'runbook-hangs':
      return { takesMs: HANG_MS };
    case 'runbook-slow':
      return { takesMs: takesMs + Math.round(injector.draw(`${place} slow`) * SLOWEST_MS) };
    case 'host-crashes-midway': {
      const bootMs =
        QUICKEST_BOOT_MS + injector.draw(`${place} boots`) * (SLOWEST_BOOT_MS - QUICKEST_BOOT_MS);
      midway(() => hosts.crash(instanceId, bootMs));
      return { takesMs };
    }
    case 'host-lost-midway': {
      const awayMs = takesMs + injector.draw(`${place} away`) * LONGEST_AWAY_MS;
      midway(() => {
        hosts.setReachable(instanceId, false);
        clock.after(awayMs, () => hosts.setReachable(instanceId, true));
      });
      return { takesMs };
    }
    case 'host-replaced-midway':
      midway(() => replace?.());
      return { takesMs };
    default:
      return { takesMs };
  }
}

/** Agents that run a command twice, or long after it arrived. */
export function unreliableAgents(hosts: HostRunner, injector: Injector, clock: EmbeddedClock): HostRunner {
  return {
    nodes: hosts.nodes,
    reachable: hosts.reachable,
    runScript: async (instanceId, run) => {
      const { operationId = [], stepId = [] } = run.parameters ?? {};
      const place = `agent ${instanceId} ${operationId[0] ?? ''} ${stepId[0] ?? ''}`;
      const laterMs = injector.draw(`${place} later`) * LATEST_MS;
      switch (injector.strike(place, AGENT_SHARES)) {
        case 'agent-runs-twice':
          void clock.sleep(laterMs).then(() => hosts.runScript(instanceId, run).catch(() => undefined));
          break;
        case 'agent-runs-late':
          await clock.sleep(laterMs);
          break;
        default:
      }
      return await hosts.runScript(instanceId, run);
    },
  };
}
