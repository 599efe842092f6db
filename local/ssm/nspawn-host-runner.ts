import type { Host } from '../hosts/host.ts';
import { execInNamespaces } from '../hosts/namespace-exec.ts';
import type { HostRunner } from './host-runner.ts';

// Like the agent: a separate file for every step, run by sh (so that its first line chooses the shell), and inside the
// agent's control group, as with everything that the agent starts.
const launcher = `
directory=/var/lib/amazon/ssm/$1/document/orchestration/$2/$3
mkdir -p "$directory" || exit 1
cat >"$directory/_script.sh" || exit 1
chmod 700 "$directory/_script.sh"
for root in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
  group=$root/system.slice/amazon-ssm-agent.service/cgroup.procs
  if [ -w "$group" ]; then echo $$ >"$group"; fi
done
export AWS_SSM_INSTANCE_ID="$1"
exec sh -c "$directory/_script.sh" </dev/null
`;

/** Runs commands on nspawn hosts. `hosts` is called each time, so that hosts may come and go. */
export function createNspawnHostRunner(hosts: () => readonly Host[]): HostRunner {
  const find = (instanceId: string) => hosts().find((host) => host.instanceId === instanceId);
  return {
    nodes: () =>
      hosts().map((host) => ({
        instanceId: host.instanceId,
        tags: host.tags,
        platformType: 'Linux',
        computerName: host.name,
        ipAddress: host.ip,
      })),
    reachable: (instanceId) => find(instanceId)?.agentConnected() ?? false,
    runScript: async (instanceId, run) => {
      const host = find(instanceId);
      if (host === undefined) throw new Error(`host ${instanceId} is gone`);
      const argv = ['/bin/bash', '-c', launcher, 'launcher', instanceId, run.commandId, run.stepName];
      const result = await execInNamespaces(host.pid, argv, {
        input: run.script,
        timeoutSeconds: run.timeoutSeconds,
        signal: run.signal,
      });
      // What ran on a host that has ended was killed with it, and has no result.
      if (!host.isUp()) throw new Error(`host ${instanceId} was lost on the way`);
      return result;
    },
  };
}
