import type { FinalDetail } from './command-status.ts';
import type { Command, Invocation, PluginRun } from './commands.ts';
import type { DocumentStep } from './document-content.ts';
import type { HostRunner, ManagedNode } from './host-runner.ts';
import { substitute } from './parameters.ts';

/**
 * Runs one step of a document on one node, and puts its outputs and exit code into `plugin`. A step whose precondition
 * does not hold is skipped, and counts as a success: that is what Run Command does.
 */
export async function runStep(
  runner: HostRunner,
  command: Command,
  invocation: Invocation,
  step: DocumentStep,
  plugin: PluginRun,
  platformType: ManagedNode['platformType'],
): Promise<FinalDetail> {
  const unmet = unmetPrecondition(step, command, platformType);
  if (unmet !== undefined) {
    plugin.stdout = `Step execution skipped due to unsatisfied preconditions: '${unmet}'. Step name: ${step.name}`;
    plugin.responseCode = 0;
    return 'Success';
  }
  const script = (step.inputs.runCommand ?? [])
    .map((line) => substitute(line, command.parameters))
    .join('\n');
  const seconds = Number(substitute(String(step.inputs.timeoutSeconds ?? 3600), command.parameters));
  try {
    const result = await runner.runScript(invocation.instanceId, {
      script: `${script}\n`,
      commandId: command.commandId,
      documentName: command.documentName,
      parameters: command.parameters,
      stepName: step.name,
      timeoutSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : 3600,
      signal: invocation.cancel.signal,
    });
    plugin.stdout = result.stdout;
    plugin.stderr = result.stderr;
    plugin.responseCode = result.exitCode ?? 137;
    if (result.timedOut) {
      plugin.responseCode = -1;
      return 'ExecutionTimedOut';
    }
    if (invocation.cancel.signal.aborted) return 'Cancelled';
  } catch (error) {
    plugin.stderr = String(error);
    plugin.responseCode = -1;
    return 'Undeliverable';
  }
  if (plugin.responseCode === 0) return 'Success';
  // The agent adds a line of its own, so the script's last line on stderr is not the last one that the API shows.
  const separator = plugin.stderr === '' || plugin.stderr.endsWith('\n') ? '' : '\n';
  plugin.stderr += `${separator}failed to run commands: exit status ${plugin.responseCode}`;
  return 'Failed';
}

function unmetPrecondition(
  step: DocumentStep,
  command: Command,
  platformType: ManagedNode['platformType'],
): string | undefined {
  for (const [operator, operands] of Object.entries(step.precondition ?? {})) {
    if (operator !== 'StringEquals') return `unknown operator ${operator}`;
    const [left, right] = operands.map((operand) =>
      operand === 'platformType' ? platformType : substitute(operand, command.parameters),
    );
    if (left !== right) return `"StringEquals": [${operands.join(', ')}]`;
  }
  return undefined;
}
