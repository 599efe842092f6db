import type { FinalDetail } from './command-status.ts';
import type { Command } from './commands.ts';
import type { DocumentStep } from './document-content.ts';
import type { HostRunner, ManagedNode, ScriptResult } from './host-runner.ts';
import { type ParameterValues, substitute } from './parameters.ts';

/** On which node a step runs, and for which command. */
export interface StepRun {
  readonly command: Command;
  readonly instanceId: string;
  readonly platformType: ManagedNode['platformType'];
  /** Aborted when the agent receives the cancellation. */
  readonly signal: AbortSignal;
}

/** The agent's result of a step. */
export interface StepReport {
  readonly detail: FinalDetail;
  readonly responseCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** No step of the document runs after this one. */
  readonly isLast: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 3600;

/** Status details by the exit code that the agent gives a script it has killed. */
const KILLED = 137;

/**
 * Runs one step of a document on one node. A step whose precondition does not hold is skipped, and counts as a success:
 * that is what Run Command does.
 */
export async function runStep(runner: HostRunner, run: StepRun, step: DocumentStep): Promise<StepReport> {
  const { command, instanceId, signal } = run;
  const unmet = unmetPrecondition(step, command.parameters, run.platformType);
  if (unmet !== undefined) {
    const stdout = `Step execution skipped due to unsatisfied preconditions: '${unmet}'. Step name: ${step.name}`;
    return { detail: 'Success', responseCode: 0, stdout, stderr: '', isLast: false };
  }
  const scriptOf = () =>
    step.inputs.runCommand
      .map((line) => substitute(line, command.parameters, command.content.parameters))
      .join('\n');
  try {
    const result = await runner.runScript(instanceId, {
      // Simulated hosts read only the parameters.
      get script() {
        return `${scriptOf()}\n`;
      },
      commandId: command.commandId,
      documentName: command.documentName,
      parameters: command.parameters,
      stepName: step.name,
      timeoutSeconds: stepTimeoutSeconds(step, command.parameters),
      signal,
    });
    return reportOf(result, signal.aborted);
  } catch (error) {
    return interrupted(error);
  }
}

/** How long a step's script may take. @default 3600, also for what is not a number of seconds */
export function stepTimeoutSeconds({ inputs }: DocumentStep, parameters: ParameterValues): number {
  const seconds = Number(substitute(String(inputs.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS), parameters));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_TIMEOUT_SECONDS;
}

/** Decided by the exit code alone, as in the agent: a script that ended before it was killed has its own result. */
function reportOf({ exitCode, stdout, stderr, timedOut }: ScriptResult, isCancelled: boolean): StepReport {
  if (timedOut) return { detail: 'ExecutionTimedOut', responseCode: -1, stdout, stderr, isLast: true };
  const responseCode = exitCode ?? KILLED;
  if (responseCode === 0) return { detail: 'Success', responseCode, stdout, stderr, isLast: false };
  if (responseCode === KILLED && isCancelled)
    return { detail: 'Cancelled', responseCode, stdout, stderr, isLast: true };
  // The agent adds a line of its own, so the script's last line on stderr is not the last one that the API shows.
  const separator = stderr === '' || stderr.endsWith('\n') ? '' : '\n';
  const complete = `${stderr}${separator}failed to run commands: exit status ${responseCode}`;
  return { detail: 'Failed', responseCode, stdout, stderr: complete, isLast: false };
}

/**
 * A node that has crashed. Its agent, once it is up again, finds the document that was running without a worker, and
 * reports it as failed; no later step runs. Source: amazon-ssm-agent, processInProgressDocuments in
 * agent/framework/processor/processor.go and messaging in agent/framework/processor/executer/outofproc/master.go.
 */
function interrupted(error: unknown): StepReport {
  const stderr = `document process failed unexpectedly: document worker timed out (${String(error)})`;
  return { detail: 'Failed', responseCode: -1, stdout: '', stderr, isLast: true };
}

function unmetPrecondition(
  { precondition }: DocumentStep,
  parameters: ParameterValues,
  platformType: ManagedNode['platformType'],
): string | undefined {
  if (precondition === undefined) return undefined;
  const operands = precondition.StringEquals;
  const [left, right] = operands.map((operand) =>
    operand === 'platformType' ? platformType : substitute(operand, parameters),
  );
  return left === right ? undefined : `"StringEquals": [${operands.join(', ')}]`;
}
