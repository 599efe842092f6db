import { type After, type AgentContact, afterByTimer, openContact } from './agent-contact.ts';
import type { FinalDetail, InvocationDetail } from './command-status.ts';
import type { Command, Invocation } from './commands.ts';
import type { HostRunner } from './host-runner.ts';
import { runStep } from './step-execution.ts';

export interface InvocationDeps {
  runner: HostRunner;
  now: () => Date;
  /** Delivery and total time-outs are multiplied by this, so that tests need not wait the API's least 30 seconds. */
  timeoutScale: number;
  /** @default Node's timers; another kind of clock has its own */
  after?: After;
  /** How often to check for a node that is out of reach. @default 100 */
  pollMs?: number;
}

const defaultPollMs = 100;

/**
 * Carries out a command on one node, as far as Run Command knows. An agent that is out of reach receives and reports
 * nothing: the invocation stays as it is until the agent is back and reports what has happened meanwhile, or the
 * command's total time-out is over. Source: "Understanding command statuses", In Progress and Delivery Timed Out.
 *
 * @param change called with the invocation's new status
 */
export async function executeInvocation(
  deps: InvocationDeps,
  command: Command,
  invocation: Invocation,
  change: (detail: InvocationDetail) => void,
): Promise<void> {
  if (hasExpired(deps, command)) return change('DeliveryTimedOut');
  change('InProgress');
  const contact = openContact({
    nowMs: () => deps.now().getTime(),
    after: deps.after ?? afterByTimer,
    pollMs: deps.pollMs ?? defaultPollMs,
    expiresAtMs: expiresAtMs(deps, command),
  });
  const detail = await Promise.race([
    reported(deps, contact, command, invocation),
    contact.expired.then(() => 'DeliveryTimedOut' as const),
  ]).finally(contact.close);
  change(detail);
}

/** Resolves to the outcome that the agent reports; never, if it reports none. */
async function reported(
  deps: InvocationDeps,
  contact: AgentContact,
  command: Command,
  invocation: Invocation,
): Promise<FinalDetail> {
  const delivery = await contact.until(() => deliver(deps, command, invocation));
  if (delivery !== 'delivered') return delivery;

  const { instanceId } = invocation;
  const isInReach = () => deps.runner.reachable(instanceId);
  const node = deps.runner.nodes().find((candidate) => candidate.instanceId === instanceId);
  const agent = new AbortController();
  // A cancellation is a message too: the agent kills the script once it receives it.
  const hearOfCancellation = () =>
    void contact.until(() => isInReach() || undefined).then(() => agent.abort());
  invocation.cancel.signal.addEventListener('abort', hearOfCancellation, { once: true });

  const undelivered: (() => void)[] = [];
  const tell = () => {
    if (!contact.isOpen() || !isInReach()) return;
    for (const news of undelivered.splice(0)) news();
  };
  let outcome: FinalDetail = 'Success';
  for (const [index, step] of command.content.mainSteps.entries()) {
    const plugin = invocation.plugins[index];
    if (plugin === undefined) continue;
    const startedAt = deps.now();
    undelivered.push(() => Object.assign(plugin, { detail: 'InProgress', startedAt }));
    tell();
    const run = { command, instanceId, platformType: node?.platformType ?? 'Linux', signal: agent.signal };
    const { isLast, ...report } = await runStep(deps.runner, run, step);
    const finishedAt = deps.now();
    undelivered.push(() => Object.assign(plugin, report, { finishedAt }));
    tell();
    // Later steps run although one failed, as in AWS unless the document says otherwise; no document here may.
    if (report.detail !== 'Success' && outcome === 'Success') outcome = report.detail;
    if (isLast) break;
  }
  await contact.until(() => isInReach() || undefined);
  tell();
  return outcome;
}

/**
 * The outcome of the delivery; `undefined` while it is tried, and also when it is too late: "If this time is reached
 * and the command hasn't already started running, it won't run" (SendCommand, TimeoutSeconds).
 */
function deliver(
  deps: InvocationDeps,
  command: Command,
  invocation: Invocation,
): 'delivered' | 'Undeliverable' | 'Cancelled' | undefined {
  const { instanceId } = invocation;
  if (!deps.runner.nodes().some((node) => node.instanceId === instanceId)) return 'Undeliverable';
  if (!deps.runner.reachable(instanceId)) return undefined;
  if (invocation.cancel.signal.aborted) return 'Cancelled';
  const deadlineMs =
    command.requestedAt.getTime() + command.deliveryTimeoutSeconds * 1000 * deps.timeoutScale;
  return deps.now().getTime() < deadlineMs ? 'delivered' : undefined;
}

function hasExpired(deps: InvocationDeps, command: Command): boolean {
  return deps.now().getTime() >= expiresAtMs(deps, command);
}

function expiresAtMs(deps: InvocationDeps, { requestedAt, expiresAfter }: Command): number {
  return requestedAt.getTime() + (expiresAfter.getTime() - requestedAt.getTime()) * deps.timeoutScale;
}
