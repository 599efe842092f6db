import { createSsmRunbookRunner } from '../../../functions/adapters/ssm/runbook-runner.ts';
import { createInProcessSsmClient } from '../../../local/embedded/systems-manager/in-process-client.ts';
import { createEmbeddedRunCommand } from '../../../local/embedded/systems-manager/run-command.ts';
import type { ScriptRun } from '../../../local/ssm/host-runner.ts';
import type { Effect, ExecutorUnderTest } from './executor-under-test.ts';

const HOSTS = ['i-0000000000000000a', 'i-0000000000000000b'];
const DOCUMENT = 'acme-clear-cache';
const LEDGER = { operationId: { type: 'String' }, stepId: { type: 'String' } };
const MODE = { mode: { type: 'String', allowedValues: ['clear', 'refill'] } };

/** A user's document that declares the ledger's parameters, on hosts that look steps up as it asks them to. */
export const documentWithLedger = documentUnderTest('user_document with a ledger', { ...MODE, ...LEDGER });

/** One that does not: hosts do whatever they are asked to, as often as they are. */
export const documentWithoutLedger: ExecutorUnderTest = {
  ...documentUnderTest('user_document without a ledger', MODE),
  undoubled: ['runbooks.send'],
};

function documentUnderTest(name: string, accepts: Readonly<Record<string, object>>): ExecutorUnderTest {
  const params = { document: DOCUMENT, accepts, parameters: { mode: 'clear' } };
  return {
    name,
    component: { targets: { instanceIds: HOSTS }, maxConcurrentTargets: 2 },
    action: { type: 'run_document', params },
    undo: { type: 'run_document', params: { ...params, parameters: { mode: 'refill' } } },
    open: ({ clock, random, newId, configuration }) => {
      const { managedTag } = configuration.settings;
      const ledger = new Map<string, number>();
      const effects: Effect[] = [];
      const runScript = async (target: string, { parameters = {} }: ScriptRun) => {
        const [operationId, stepId, mode] = ['operationId', 'stepId', 'mode'].map(
          (name) => parameters[name]?.[0],
        );
        const key = stepId === undefined ? newId() : `${target} ${operationId} ${stepId}`;
        if (!ledger.has(key)) {
          ledger.set(key, random() < 0.1 ? 1 : 0);
          effects.push({ phase: mode === 'clear' ? 'do' : 'undo', target });
        }
        await clock.sleep(random() * 20_000);
        return { exitCode: ledger.get(key) ?? 1, stdout: 'cleared\n', stderr: '', timedOut: false };
      };
      const runCommand = createEmbeddedRunCommand({
        ...{ clock, newId, publish: () => {}, requiredNodeTag: managedTag },
        userDocuments: {
          [DOCUMENT]: {
            schemaVersion: '2.2',
            parameters: accepts,
            mainSteps: [
              { action: 'aws:runShellScript', name: 'clear', inputs: { runCommand: ['clear {{ mode }}'] } },
            ],
          },
        },
        hosts: {
          nodes: () =>
            HOSTS.map((instanceId) => ({
              instanceId,
              tags: { [managedTag.key]: managedTag.value },
              platformType: 'Linux',
              computerName: instanceId,
              ipAddress: '10.0.0.1',
            })),
          reachable: () => true,
          runScript,
        },
      });
      return {
        ports: {
          runbooks: createSsmRunbookRunner({ client: createInProcessSsmClient(runCommand), managedTag }),
        },
        effects: () => effects,
      };
    },
  };
}
