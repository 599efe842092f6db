import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import type { RunbookPerformance, RunbookRequest } from '../../../local/embedded/hosts/simulated-hosts.ts';
import type { HostRunner } from '../../../local/ssm/host-runner.ts';
import type { Injector } from './injector.ts';

const PERFORMANCE_SHARES = { 'runbook-fails': 0.06, 'runbook-hangs': 0.015, 'runbook-slow': 0.05 } as const;
const AGENT_SHARES = { 'agent-runs-twice': 0.02, 'agent-runs-late': 0.02 } as const;

/** Longer than any action may take. */
const HANG_MS = 30 * 60_000;
const SLOWEST_MS = 25_000;
const LATEST_MS = 90_000;

/** How a runbook that acts goes on a host. */
export function drawPerformance(injector: Injector, request: RunbookRequest): RunbookPerformance {
  const place = `${request.instanceId} ${request.operationId} ${request.stepId}`;
  const takesMs = Math.round(500 + injector.draw(`${place} takes`) * 4_000);
  switch (injector.strike(place, PERFORMANCE_SHARES)) {
    case 'runbook-fails':
      return { takesMs, exitCode: 1 };
    case 'runbook-hangs':
      return { takesMs: HANG_MS };
    case 'runbook-slow':
      return { takesMs: takesMs + Math.round(injector.draw(`${place} slow`) * SLOWEST_MS) };
    default:
      return { takesMs };
  }
}

/** Agents that run a command twice, or long after it came. */
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
