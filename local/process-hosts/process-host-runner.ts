import { join } from 'node:path';
import type { HostRunner } from '../ssm/host-runner.ts';
import type { ProcessHost } from './process-host.ts';
import { runScript } from './run-script.ts';

/** Runs commands on process hosts, as the current user; they are always in reach. */
export function createProcessHostRunner(hosts: readonly ProcessHost[]): HostRunner {
  const find = (instanceId: string) => hosts.find((host) => host.instanceId === instanceId);
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
      return await runScript(file, run.script, {
        environment: host.environment,
        timeoutSeconds: run.timeoutSeconds,
        signal: run.signal,
      });
    },
  };
}
