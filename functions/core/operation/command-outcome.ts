import { ACTION_TYPES, ACTIONS, actionDefinition } from '../actions/action-table.ts';
import { documentsOf } from '../actions/runbook-of.ts';
import { stepInComment } from './command-comment.ts';
import type { ActionOwner, Inspection, TargetResult } from './inspection.ts';
import type { TargetHealth } from './layout.ts';
import { isStepId, type StepOutcome } from './operation.ts';

const PENDING = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

const OUTCOME_OF_STATUS: Readonly<Record<string, StepOutcome>> = {
  Success: 'SUCCEEDED',
  Failed: 'FAILED',
  TimedOut: 'TIMED_OUT',
  Cancelled: 'CANCELLED',
};

/** A command of Run Command, as far as its outcome is concerned; statuses as the API gives them. */
interface Command {
  readonly document: string;
  readonly status: string;
  readonly comment: string;
  readonly targetCount: number;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Invocation {
  readonly instanceId: string;
  readonly status: string;
  readonly output: string;
}

/** Whether a command status means that nothing more will happen. An unknown status counts as one. */
export function isTerminal(status: string): boolean {
  return !PENDING.has(status);
}

/** A command with its invocations, as any action is seen. */
export function commandInspection(command: Command, invocations: readonly Invocation[]): Inspection {
  const owner = ownerOf(command);
  return {
    ...(owner && { owner }),
    ...outcomeOf(command.status),
    detail: `command ended as ${command.status}`,
    targets: invocations.map(
      (invocation): TargetResult => ({
        id: invocation.instanceId,
        ...outcomeOf(invocation.status),
        detail: describe(invocation),
      }),
    ),
    targetCount: command.targetCount,
  };
}

function outcomeOf(status: string): { readonly outcome?: StepOutcome } {
  return isTerminal(status) ? { outcome: OUTCOME_OF_STATUS[status] ?? 'UNKNOWN' } : {};
}

/** Every runbook receives the id of its step; a document of the user's need not, but its command's comment has it. */
function ownerOf({ document, parameters, comment }: Command): ActionOwner | undefined {
  if (!isRunbook(document)) {
    const step = stepInComment(comment);
    return step && { ...step, action: ACTIONS.run_document.type };
  }
  const { operationId, stepId, component } = parameters;
  if (operationId === undefined || component === undefined) return undefined;
  if (stepId === undefined || !isStepId(stepId)) return undefined;
  const action = ACTION_TYPES.find((type) => documentsOf(actionDefinition(type)).includes(document));
  return { operationId, stepId, component, action };
}

/** Whether a document is one of the engine's: users cannot run any of these names. */
function isRunbook(document: string): boolean {
  return document.startsWith('selfheal-');
}

/**
 * The runbook's verdict, if it has given one: the last line of its own, as a warning may stand before it. Of what else a
 * failed command has printed, the last line is most likely to say why.
 */
export function verdictOf({ status, output }: Pick<Invocation, 'status' | 'output'>): string {
  const lines = output.trimEnd().split('\n');
  const result = status === 'Success' ? lines.find((line) => line.startsWith('{')) : undefined;
  return result ?? lines.findLast((line) => line.startsWith('selfheal: ')) ?? lines.at(-1) ?? '';
}

function describe(invocation: Invocation): string {
  const { instanceId, status } = invocation;
  const verdict = verdictOf(invocation);
  return verdict === '' ? `${instanceId} ${status}` : `${instanceId} ${status}: ${verdict}`;
}

/** How a runbook ends that refuses to act, before it has done anything. */
const REFUSED_EXIT_CODE = 2;

/** Details of a status that say that a node never got the command. */
const NEVER_SENT = new Set(['Undeliverable', 'Terminated']);

/**
 * Whether a node has done nothing of a command, as far as the service can know: it never got it, had not begun when time
 * ran out, or its runbook refused. That time ran out is not enough: what has begun and cannot be heard times out, too.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Command.html (ExpiresAfter)
 */
export function hasDoneNothing({
  status,
  statusDetails = '',
  hasBegun = true,
  exitCode,
}: Pick<Invocation, 'status'> & {
  readonly statusDetails?: string;
  readonly hasBegun?: boolean;
  readonly exitCode?: number;
}): boolean {
  const details = statusDetails.replaceAll(' ', '');
  if (NEVER_SENT.has(details)) return true;
  if (details === 'DeliveryTimedOut') return !hasBegun;
  return status === 'Failed' && exitCode === REFUSED_EXIT_CODE;
}

/** How the health runbook says that a service is not healthy. */
const UNHEALTHY = 'selfheal: UNHEALTHY: ';

/** What the health runbook found on a target. Only its own verdict counts: a refusal or a lost agent says nothing. */
export function healthFrom(invocation: Pick<Invocation, 'status' | 'output'>): TargetHealth {
  if (invocation.status === 'Success') return 'healthy';
  return verdictOf(invocation).startsWith(UNHEALTHY) ? 'unhealthy' : 'unknown';
}
