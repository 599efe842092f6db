import { ACTIONS, actionDefinition } from '../core/actions/action-table.ts';
import type { Claim, PendingStep } from '../core/admission/records.ts';
import type { Strategy } from '../core/configuration/schema.ts';
import { type StepId, type StepRecord, stepPhase } from '../core/operation/operation.ts';
import type { Command, RunbookRunner } from '../ports/runbook-runner.ts';
import { completeStep } from './complete-step.ts';
import { commandComment } from './send-runbook.ts';
import { endStep, type SettleDeps, settleStep } from './settle-step.ts';

/** A step that has been silent so long is looked at; nearly every runbook is done before, and its event came. */
const SILENT_MS = 30_000;
/** A command that its node has not ended so long after the step's deadline is given up. */
const GRACE_MS = 15_000;

export interface ReconcileStepDeps extends SettleDeps {
  readonly runbooks: Pick<RunbookRunner, 'listInvocations' | 'getCommand' | 'findCommand' | 'cancel'>;
}

/** Polls the command of a step that has been silent too long; past its deadline it is cancelled and timed out. */
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
  const command = await commandOf(deps, claim, pending, record);
  const settlement = command ? await settleStep(deps, command) : 'running';
  if (settlement === 'settled') return [`settled silent ${pending.stepId} of ${operationId}`];
  if (nowMs < pending.deadlineMs + GRACE_MS) return [];

  if (!command && !record && stepPhase(pending.stepId) === 'verify')
    return await giveUpLooking(deps, claim, pending);
  if (command) await deps.runbooks.cancel(command.commandId);
  const detail = command
    ? `no end after its time-out; command ${command.commandId} cancelled`
    : 'no command was sent';
  const step = record ?? lostStep(claim, pending);
  await endStep(deps, { ...step, ...(command && { commandId: command.commandId }) }, 'TIMED_OUT', detail);
  return [`timed out ${pending.stepId} of ${operationId}`];
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
  await completeStep(deps, { ...lostStep(claim, pending), outcome: 'TIMED_OUT', detail });
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
  const document = plan && documentOf(plan.strategy, stepId);
  return await deps.runbooks.findCommand(commandComment(operationId, stepId), sinceMs, document);
}

/** The document that a step sends, as far as the strategy alone says it: an undo step depends on what was done. */
function documentOf(strategy: Strategy, stepId: StepId): string | undefined {
  if (stepPhase(stepId) === 'verify') return ACTIONS.verify_health.document;
  if (stepPhase(stepId) !== 'heal') return undefined;
  const action = strategy.actions[Number(stepId.slice(stepId.indexOf('-') + 1))];
  const definition = action && actionDefinition(action.type);
  return definition?.kind === 'runbook' ? definition.document : undefined;
}

/** Whoever began the step stopped before saying what it was. Nobody waits for it but the execution. */
function lostStep(
  { operationId, component }: Claim & { readonly component: string },
  pending: PendingStep,
): StepRecord {
  const { stepId, startedAtMs } = pending;
  return { operationId, stepId, component, action: 'unknown', onError: 'abort', startedAtMs, targets: [] };
}
