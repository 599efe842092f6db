import { aggregate, countsAsError, type InvocationDetail, isFinal, limitOf } from './command-status.ts';
import type { Command, Invocation } from './commands.ts';
import { executeInvocation, type InvocationDeps } from './invocation-execution.ts';

export interface ExecutionDeps extends InvocationDeps {
  /** Called after every change of a command's or an invocation's status. */
  onCommandChange: (command: Command) => void;
  onInvocationChange: (command: Command, invocation: Invocation) => void;
}

/** Carries a command out on its nodes, as many at a time as MaxConcurrency allows, until MaxErrors is exceeded. */
export async function executeCommand(deps: ExecutionDeps, command: Command): Promise<void> {
  const count = command.invocations.length;
  const concurrency = limitOf(command.maxConcurrency, count, 1) ?? 1;
  const maxErrors = limitOf(command.maxErrors, count, 0) ?? 0;
  const waiting = [...command.invocations];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const invocation = next;
      if (isFinal(invocation.detail)) continue;
      if (command.invocations.filter(({ detail }) => countsAsError(detail)).length > maxErrors) {
        changeInvocation(deps, command, invocation, 'Terminated');
        continue;
      }
      await executeInvocation(deps, command, invocation, (detail) =>
        changeInvocation(deps, command, invocation, detail),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
}

/**
 * Cancels what has not ended: unsent invocations at once, others when their agent receives the cancellation.
 * `instanceIds` empty means all.
 */
export function cancelCommand(deps: ExecutionDeps, command: Command, instanceIds: string[]): void {
  for (const invocation of command.invocations) {
    if (instanceIds.length > 0 && !instanceIds.includes(invocation.instanceId)) continue;
    if (isFinal(invocation.detail) || invocation.detail === 'Cancelling') continue;
    const pending = invocation.detail === 'Pending';
    changeInvocation(deps, command, invocation, pending ? 'Cancelled' : 'Cancelling');
    invocation.cancel.abort();
  }
}

function changeInvocation(
  deps: ExecutionDeps,
  command: Command,
  invocation: Invocation,
  detail: InvocationDetail,
): void {
  invocation.detail = detail;
  deps.onInvocationChange(command, invocation);
  const maxErrors = limitOf(command.maxErrors, command.invocations.length, 0) ?? 0;
  const whole = aggregate(
    command.invocations.map((each) => each.detail),
    maxErrors,
  );
  if (whole === command.detail) return;
  command.detail = whole;
  deps.onCommandChange(command);
}
