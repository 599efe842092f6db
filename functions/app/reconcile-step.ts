import type { Claim, PendingStep } from '../core/admission/records.ts';
import { describeDenial } from '../core/denial.ts';
import { isTerminal } from '../core/operation/command-outcome.ts';
import { type StepRecord, stepPhase } from '../core/operation/operation.ts';
import { plannedConsequence, plannedDocument } from '../core/operation/planned-step.ts';
import { NotFound, NotPermitted, RequestRefused } from '../ports/errors.ts';
import type { Command, RunbookRunner } from '../ports/runbook-runner.ts';
import { completeStep } from './complete-step.ts';
import { commandComment } from './send-runbook.ts';
import { endStep, type SettleDeps, settleStep } from './settle-step.ts';

/** A step that has been silent so long is looked at; nearly every runbook is done before, and its event came. */
const SILENT_MS = 30_000;
/** A command that its node has not ended so long after the step's deadline is given up. */
const GRACE_MS = 15_000;

export interface ReconcileStepDeps extends SettleDeps {
  readonly runbooks: SettleDeps['runbooks'] & Pick<RunbookRunner, 'getCommand' | 'findCommand' | 'cancel'>;
}

/**
 * Polls the command of a step that has been silent too long; past its deadline it is cancelled and timed out. The step
 * ends then, whether or not the command may be looked at and cancelled.
 *
 * @throws NotPermitted before the deadline: a command that may not be looked at may still end by its event
 */
export async function reconcileStep(
  deps: ReconcileStepDeps,
  claim: Claim & { readonly component: string },
): Promise<readonly string[]> {
  const { step: pending, operationId } = claim;
  const nowMs = deps.clock.nowMs();
  if (!pending || nowMs - pending.startedAtMs < SILENT_MS) return [];

  const record = await deps.store.getStep(operationId, pending.stepId);
  if (record?.outcome !== undefined) {
    // Between two steps this is the rule; it only matters if the token was never completed.
    await completeStep(deps, { ...record, outcome: record.outcome });
    return [];
  }
  const isOver = nowMs >= pending.deadlineMs + GRACE_MS;
  const denials: NotPermitted[] = [];
  const unlessDenied = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!(isOver && error instanceof NotPermitted)) throw error;
      denials.push(error);
      return undefined;
    }
  };
  const command = await unlessDenied(() => commandOf(deps, claim, pending, record));
  const settlement = command
    ? await unlessDenied(() => settleStep(deps, command, { isSilent: true }))
    : 'running';
  // Targets that have left keep it from ending; should one come back, it must not act any more.
  if (command && settlement === 'settled' && !isTerminal(command.status))
    await unlessDenied(() => cancel(deps.runbooks, command.commandId));
  if (settlement === 'settled') return [`settled silent ${pending.stepId} of ${operationId}`];
  if (!isOver) return [];

  if (!command && !record && stepPhase(pending.stepId) === 'verify')
    return await giveUpLooking(deps, claim, pending);
  const commandId = command?.commandId ?? record?.commandId;
  const cancelled =
    commandId !== undefined &&
    (await unlessDenied(async () => {
      await cancel(deps.runbooks, commandId);
      return true;
    }));
  const step = {
    ...(record ?? (await lostStep(deps, claim, pending))),
    ...(commandId !== undefined && { commandId }),
  };
  const [denial] = denials;
  if (denial) await endStep(deps, step, 'UNKNOWN', doubt(commandId, cancelled === true, denial));
  else {
    const what = `no end after its time-out; command ${commandId} cancelled`;
    await endStep(deps, step, 'TIMED_OUT', commandId === undefined ? 'no command was sent' : what);
  }
  return [`timed out ${pending.stepId} of ${operationId}`];
}

/** A command that SSM no longer knows, or that is over, can’t be cancelled. */
async function cancel(runbooks: Pick<RunbookRunner, 'cancel'>, commandId: string): Promise<void> {
  try {
    await runbooks.cancel(commandId);
  } catch (error) {
    if (!(error instanceof RequestRefused || error instanceof NotFound)) throw error;
  }
}

/** What is known of a command that may not be looked at, or not be cancelled. */
function doubt(commandId: string | undefined, isCancelled: boolean, denial: NotPermitted): string {
  const fate = isCancelled ? 'was cancelled' : 'could not be cancelled, and may still act';
  const what = commandId === undefined ? 'a command may have been sent' : `command ${commandId} ${fate}`;
  return `${describeDenial(denial.denial)}: no end after its time-out; ${what}`;
}

/**
 * A verification that looks by itself keeps no record. Its step stays pending until the next one begins or the operation
 * is concluded, which says nothing of how it ended: only whoever still waits for it is told.
 */
async function giveUpLooking(
  deps: ReconcileStepDeps,
  claim: Claim & { readonly component: string },
  pending: PendingStep,
): Promise<readonly string[]> {
  const detail = 'nobody looked any more';
  await completeStep(deps, { ...(await lostStep(deps, claim, pending)), outcome: 'TIMED_OUT', detail });
  return [];
}

async function commandOf(
  deps: ReconcileStepDeps,
  { operationId }: Claim,
  pending: PendingStep,
  record: StepRecord | undefined,
): Promise<Command | undefined> {
  if (record?.commandId !== undefined) return await deps.runbooks.getCommand(record.commandId);
  const { stepId, startedAtMs } = pending;
  const operation = await deps.store.getOperation(operationId);
  const plan = operation && (await deps.store.getPlan(operation.planId));
  // An earlier try of the step may have sent it: then it is older than the step that is pending.
  const sinceMs = operation?.startedAtMs ?? startedAtMs;
  const document = plan && plannedDocument(plan.strategy, operation, stepId);
  return await deps.runbooks.findCommand(commandComment(operationId, stepId), sinceMs, document);
}

/** Whoever began the step stopped before saying what it was. Nobody waits for it but the execution. */
async function lostStep(
  { store }: Pick<ReconcileStepDeps, 'store'>,
  { operationId, component }: Claim & { readonly component: string },
  { stepId, startedAtMs }: PendingStep,
): Promise<StepRecord> {
  const operation = await store.getOperation(operationId);
  const plan = operation && (await store.getPlan(operation.planId));
  const consequence = plannedConsequence(plan?.strategy, operation ?? {}, stepId);
  return { operationId, stepId, component, action: 'unknown', ...consequence, startedAtMs, targets: [] };
}
