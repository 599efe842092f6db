import { join } from 'node:path';
import type { HostRunner, ScriptResult } from '../ssm/host-runner.ts';
import type { ProcessHost } from './process-host.ts';
import { runScript } from './run-script.ts';

export interface ProcessHostRunner extends HostRunner {
  /** Kills running scripts, and accepts no more. Services that they have started go on. */
  readonly close: () => Promise<void>;
}

/**
 * Runs commands on process hosts, as the current user; the hosts are in reach until it is closed. Scripts running then
 * are lost, as on a host that crashes.
 */
export function createProcessHostRunner(hosts: readonly ProcessHost[]): ProcessHostRunner {
  const closing = new AbortController();
  const running = new Set<Promise<ScriptResult>>();
  const find = (instanceId: string) =>
    closing.signal.aborted ? undefined : hosts.find((host) => host.instanceId === instanceId);
  return {
    nodes: () =>
      hosts.map(({ instanceId, tags, name }) => ({
        instanceId,
        tags,
        platformType: 'Linux',
        computerName: name,
        ipAddress: '127.0.0.1',
      })),
    reachable: (instanceId) => find(instanceId) !== undefined,
    runScript: async (instanceId, run) => {
      const host = find(instanceId);
      if (host === undefined) throw new Error(`host ${instanceId} is gone`);
      const file = join(host.directory, 'orchestration', run.commandId, run.stepName, '_script.sh');
      const script = runScript(file, run.script, {
        environment: host.environment,
        timeoutSeconds: run.timeoutSeconds,
        signal: AbortSignal.any([run.signal, closing.signal]),
      });
      running.add(script);
      const result = await script.finally(() => running.delete(script));
      if (closing.signal.aborted) throw new Error(`host ${instanceId} was lost on the way`);
      return result;
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}
