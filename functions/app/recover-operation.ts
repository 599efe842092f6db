import type { Claim } from '../core/admission/records.ts';
import type { Failure, Operation } from '../core/operation/operation.ts';
import { undoExecutionName } from '../core/operation/operation-id.ts';
import type { HealExecutions } from '../ports/executions.ts';
import type { ClaimKey, OperationStore } from '../ports/operation-store.ts';
import { LEASE_MARGIN_SECONDS } from './act.ts';
import { type EndDeps, endOperation } from './conclude.ts';
import { type EscalateDeps, escalate } from './escalate.ts';
import { hasEnded, OperationGone } from './running-operation.ts';

export interface RecoverDeps extends EndDeps, EscalateDeps {
  readonly store: EndDeps['store'] & EscalateDeps['store'] & Pick<OperationStore, 'takeOver'>;
  readonly executions: Pick<HealExecutions, 'start'>;
}

/**
 * Ends an operation whose execution has gone without ending it: stopped in the console, timed out, or failed.
 * First time: an execution that only undoes takes over, under a new fence. If that one has gone too, the operation is
 * failed on the spot and people are told, since its undo steps may not all have run.
 *
 * @param undoing whether the execution that has gone was the one that undoes
 */
export async function recoverOperation(
  deps: RecoverDeps,
  operation: Operation,
  claim: Claim,
  undoing: boolean,
  failure: Failure,
): Promise<void> {
  if (hasEnded(operation)) return;
  const { operationId, component } = operation;
  const key = { operationId, component, fence: claim.fence };
  if (undoing) {
    const incomplete = { error: failure.error, cause: `rollback did not finish: ${failure.cause}` };
    try {
      await escalate(deps, { operationId, failure: incomplete });
    } catch (error) {
      // It has ended since it was read: whoever ended it told people.
      if (error instanceof OperationGone) return;
      throw error;
    }
    await endOperation(deps, { ...key, state: 'FAILED', failure: incomplete });
    return;
  }
  // Taken over before: only the start of the undoing execution may be missing, and its name makes that safe to repeat.
  const fence = claim.fence > operation.fence ? claim.fence : await takeOver(deps, key);
  if (fence === undefined) return;
  await deps.executions.start(undoExecutionName(operationId), {
    operationId,
    component,
    fence,
    failure,
  });
}

async function takeOver(deps: RecoverDeps, key: ClaimKey): Promise<number | undefined> {
  const taken = await deps.store.takeOver(key, deps.clock.nowMs() + LEASE_MARGIN_SECONDS * 1_000);
  return taken?.fence;
}
