import { createSsmRunbookRunner } from '../../../functions/adapters/ssm/runbook-runner.ts';
import { createSimulatedHosts } from '../../../local/embedded/hosts/simulated-hosts.ts';
import { createInProcessSsmClient } from '../../../local/embedded/systems-manager/in-process-client.ts';
import { createEmbeddedRunCommand } from '../../../local/embedded/systems-manager/run-command.ts';
import type { ExecutorUnderTest } from './executor-under-test.ts';

const HOSTS = ['i-0000000000000000a', 'i-0000000000000000b'];

/** The runbooks, on hosts that keep a ledger as real ones do. */
export const runCommand: ExecutorUnderTest = {
  name: 'run_command',
  component: { targets: { instanceIds: HOSTS }, maxConcurrentTargets: 2 },
  action: { type: 'graceful_stop' },
  undo: { type: 'start_component' },
  open: ({ clock, random, newId, configuration }) => {
    const { managedTag } = configuration.settings;
    const hosts = createSimulatedHosts({
      clock,
      nodes: HOSTS.map((instanceId) => ({
        instanceId,
        tags: { [managedTag.key]: managedTag.value },
        platformType: 'Linux',
        computerName: instanceId,
        ipAddress: '10.0.0.1',
      })),
      perform: () => ({ takesMs: random() * 20_000, exitCode: random() < 0.1 ? 1 : 0 }),
    });
    const client = createInProcessSsmClient(
      createEmbeddedRunCommand({ clock, newId, hosts, publish: () => {}, requiredNodeTag: managedTag }),
    );
    return {
      ports: { runbooks: createSsmRunbookRunner({ client, managedTag }) },
      effects: () =>
        hosts.effects().map(({ instanceId, stepId }) => ({
          phase: stepId.startsWith('heal') ? 'do' : 'undo',
          target: instanceId,
        })),
    };
  },
};
