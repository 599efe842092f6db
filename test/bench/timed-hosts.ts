import type { HostRunner } from '../../local/ssm/host-runner.ts';

/** A runbook's time on a host, in epoch milliseconds. */
export interface Busy {
  readonly startMs: number;
  readonly endMs: number;
}

/** Notes when runbooks run, so that their time can be separated from the engine's. */
export function timedHosts(hosts: HostRunner): {
  readonly runner: HostRunner;
  readonly busy: readonly Busy[];
} {
  const busy: Busy[] = [];
  const runner: HostRunner = {
    nodes: () => hosts.nodes(),
    reachable: (instanceId) => hosts.reachable(instanceId),
    runScript: async (instanceId, run) => {
      const startMs = Date.now();
      const result = await hosts.runScript(instanceId, run);
      busy.push({ startMs, endMs: Date.now() });
      return result;
    },
  };
  return { runner, busy };
}
