import type { TargetHealth } from './layout.ts';
import type { StepOutcome } from './operation.ts';

const PENDING = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

const OUTCOME_OF_STATUS: Readonly<Record<string, StepOutcome>> = {
  Success: 'SUCCEEDED',
  Failed: 'FAILED',
  TimedOut: 'TIMED_OUT',
  Cancelled: 'CANCELLED',
};

interface Invocation {
  readonly instanceId: string;
  readonly status: string;
  readonly output: string;
}

export interface CommandOutcome {
  readonly outcome: StepOutcome;
  readonly detail: string;
}

/** Whether a command status says that nothing more will happen. A status that nobody knows is such a one. */
export function isTerminal(status: string): boolean {
  return !PENDING.has(status);
}

/**
 * The outcome of a command; `undefined` while it is not known yet.
 *
 * Run Command's own Success is not enough: it is also what a command says that reached no node, or only some. A step
 * has succeeded when every target has.
 *
 * @param targets the instance ids that the step was to act on
 */
export function commandOutcome(
  commandStatus: string,
  invocations: readonly Invocation[],
  targets: readonly string[],
): CommandOutcome | undefined {
  if (!isTerminal(commandStatus)) return undefined;
  const outcome = OUTCOME_OF_STATUS[commandStatus] ?? 'UNKNOWN';
  const bad = invocations.find(
    (invocation) => isTerminal(invocation.status) && invocation.status !== 'Success',
  );
  if (outcome !== 'SUCCEEDED') {
    return { outcome, detail: bad ? describe(bad) : `command ended as ${commandStatus}` };
  }
  if (bad) return { outcome: OUTCOME_OF_STATUS[bad.status] ?? 'UNKNOWN', detail: describe(bad) };

  const done = new Set(
    invocations.filter(({ status }) => status === 'Success').map(({ instanceId }) => instanceId),
  );
  const missing = targets.filter((target) => !done.has(target));
  // The list of invocations is eventually consistent: what is missing may only be late.
  if (missing.length > 0 || targets.length === 0) return undefined;
  return { outcome: 'SUCCEEDED', detail: invocations.map(describe).join('; ') };
}

/**
 * The runbook's verdict, if it has given one: the last line of its own, as a warning may stand before it. Of what else a
 * failed command has printed, the last line is most likely to say why.
 */
function verdictOf({ status, output }: Pick<Invocation, 'status' | 'output'>): string {
  const lines = output.trimEnd().split('\n');
  const result = status === 'Success' ? lines.find((line) => line.startsWith('{')) : undefined;
  return result ?? lines.findLast((line) => line.startsWith('selfheal: ')) ?? lines.at(-1) ?? '';
}

function describe(invocation: Invocation): string {
  const { instanceId, status } = invocation;
  const verdict = verdictOf(invocation);
  return verdict === '' ? `${instanceId} ${status}` : `${instanceId} ${status}: ${verdict}`;
}

/** How the health runbook says that a service is not healthy. */
const UNHEALTHY = 'selfheal: UNHEALTHY: ';

/** What the health runbook found on a target. Only its own verdict counts: a refusal or a lost agent says nothing. */
export function healthFrom(invocation: Pick<Invocation, 'status' | 'output'>): TargetHealth {
  if (invocation.status === 'Success') return 'healthy';
  return verdictOf(invocation).startsWith(UNHEALTHY) ? 'unhealthy' : 'unknown';
}
