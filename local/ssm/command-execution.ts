import { setTimeout as sleepByTimer } from 'node:timers/promises';
import { aggregate, countsAsError, type InvocationDetail, isFinal, limitOf } from './command-status.ts';
import type { Command, Invocation } from './commands.ts';
import type { HostRunner } from './host-runner.ts';
import { runStep } from './step-execution.ts';

export interface ExecutionDeps {
  runner: HostRunner;
  now: () => Date;
  /** Delivery time-outs are multiplied by this, so that tests need not wait the API's least 30 seconds. */
  deliveryTimeoutScale: number;
  /** @default Node's timers; a clock of another kind brings its own */
  sleep?: (milliseconds: number) => Promise<unknown>;
  /** How often a node that is out of reach is looked for. @default 100 */
  deliveryPollMs?: number;
  /** Told after every change of a command's or an invocation's status. */
  onCommandChange: (command: Command) => void;
  onInvocationChange: (command: Command, invocation: Invocation) => void;
}

const defaultPollMs = 100;

/** Carries a command out on its nodes, as many at a time as MaxConcurrency says, until MaxErrors is exceeded. */
export async function executeCommand(deps: ExecutionDeps, command: Command): Promise<void> {
  const count = command.invocations.length;
  const concurrency = limitOf(command.maxConcurrency, count, 1) ?? 1;
  const maxErrors = limitOf(command.maxErrors, count, 0) ?? 0;
  const waiting = [...command.invocations];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (isFinal(next.detail)) continue;
      if (command.invocations.filter((invocation) => countsAsError(invocation.detail)).length > maxErrors) {
        changeInvocation(deps, command, next, 'Terminated');
        continue;
      }
      await executeInvocation(deps, command, next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
}

/** Cancels what has not ended: pending at once, running by killing it. `instanceIds` empty means all. */
export function cancelCommand(deps: ExecutionDeps, command: Command, instanceIds: string[]): void {
  for (const invocation of command.invocations) {
    if (instanceIds.length > 0 && !instanceIds.includes(invocation.instanceId)) continue;
    if (isFinal(invocation.detail)) continue;
    const pending = invocation.detail === 'Pending';
    changeInvocation(deps, command, invocation, pending ? 'Cancelled' : 'Cancelling');
    invocation.cancel.abort();
  }
}

async function executeInvocation(
  deps: ExecutionDeps,
  command: Command,
  invocation: Invocation,
): Promise<void> {
  changeInvocation(deps, command, invocation, 'InProgress');
  const undelivered = await deliver(deps, command, invocation);
  if (undelivered !== undefined) {
    changeInvocation(deps, command, invocation, undelivered);
    return;
  }
  const node = deps.runner.nodes().find((candidate) => candidate.instanceId === invocation.instanceId);
  let outcome: InvocationDetail = 'Success';
  for (const [index, step] of command.content.mainSteps.entries()) {
    const plugin = invocation.plugins[index];
    if (plugin === undefined) continue;
    plugin.startedAt = deps.now();
    plugin.detail = 'InProgress';
    const detail = await runStep(
      deps.runner,
      command,
      invocation,
      step,
      plugin,
      node?.platformType ?? 'Linux',
    );
    plugin.detail = detail;
    plugin.finishedAt = deps.now();
    // Later steps run although one failed, as in AWS unless the document says otherwise; a kill ends them all.
    if (detail !== 'Success' && outcome === 'Success') outcome = detail;
    if (detail === 'Cancelled' || detail === 'ExecutionTimedOut') break;
  }
  changeInvocation(deps, command, invocation, outcome);
}

/** Waits for the node's agent. Resolves to what it has come to if it did not come in time. */
async function deliver(
  deps: ExecutionDeps,
  command: Command,
  invocation: Invocation,
): Promise<InvocationDetail | undefined> {
  const sleep = deps.sleep ?? sleepByTimer;
  const deadlineMs =
    command.requestedAt.getTime() + command.deliveryTimeoutSeconds * 1000 * deps.deliveryTimeoutScale;
  for (;;) {
    if (invocation.cancel.signal.aborted) return 'Cancelled';
    if (!deps.runner.nodes().some((node) => node.instanceId === invocation.instanceId))
      return 'Undeliverable';
    if (deps.runner.reachable(invocation.instanceId)) return undefined;
    if (deps.now().getTime() >= deadlineMs) return 'DeliveryTimedOut';
    await sleep(deps.deliveryPollMs ?? defaultPollMs);
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
