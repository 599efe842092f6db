import { join } from 'node:path';
import { allRunbooks } from '../../infra/constructs/all-runbooks.ts';
import type { ScriptResult } from '../ssm/host-runner.ts';
import { substitute } from '../ssm/parameters.ts';
import type { ProcessHost } from './process-host.ts';
import { runScript } from './run-script.ts';

const TIMEOUT_SECONDS = 30;

/**
 * Runs a runbook by hand on a process host, outside any operation, for a service with an init script. Omitted
 * parameters have the document's default.
 *
 * @throws Error for an action without a runbook
 */
export async function runRunbookByHand(
  host: ProcessHost,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<ScriptResult> {
  const runbook = allRunbooks().find((each) => each.action === action);
  if (runbook === undefined) throw new Error(`there is no runbook for ${action}`);
  const values = Object.entries(runbook.content.parameters).map(([name, { default: value = '' }]) => {
    const common = { fence: '0', executionTimeout: String(TIMEOUT_SECONDS), serviceManager: 'sysv' };
    return [name, [{ ...common, ...parameters }[name] ?? value]];
  });
  const script = runbook.content.mainSteps[0]?.inputs.runCommand.join('\n') ?? '';
  const file = join(
    host.directory,
    'orchestration',
    `${parameters['operationId']}-${parameters['stepId']}.sh`,
  );
  return await runScript(file, `${substitute(script, Object.fromEntries(values))}\n`, {
    environment: host.environment,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
}
