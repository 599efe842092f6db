import type { Claim } from '../../core/admission/records.ts';
import { undoExecutionName } from '../../core/operation/operation-id.ts';
import type { ExecutionStatus, HealExecutions } from '../../ports/executions.ts';
import { goneExecution, type RecoverDeps, type Recovery, recoverOperation } from './recover-operation.ts';

/** An operation is left alone for this long after its admission: its execution may be about to start. */
const START_GRACE_MS = 30_000;

export interface ReconcileExecutionDeps extends RecoverDeps {
  readonly executions: Pick<HealExecutions, 'start' | 'describe'>;
}

/** An operation that can't be ended properly: a person has to look. Nothing was done. */
class OperationNotEndable extends Error {
  override readonly name = 'OperationNotEndable';
  readonly code = 'OPERATION_NOT_ENDABLE';
}

/**
 * Starts the execution of an admitted operation that never got one, and ends operations whose execution has gone.
 *
 * @throws OperationNotEndable if the operation is not on record, or its execution is in a state that is not known
 */
export async function reconcileExecution(
  deps: ReconcileExecutionDeps,
  claim: Claim & { readonly component: string },
): Promise<readonly string[]> {
  const { operationId, component, fence } = claim;
  const operation = await deps.store.getOperation(operationId);
  if (!operation) {
    throw new OperationNotEndable(
      `component ${component} is claimed by operation ${operationId}, which is not on record, so no other operation can heal it. Remove \`claim\` from the component's item, and ${component} from \`inFlight\` of the fleet's`,
    );
  }
  if (deps.clock.nowMs() - operation.startedAtMs < START_GRACE_MS) return [];

  const undo = await deps.executions.describe(undoExecutionName(operationId));
  const isUndone = undo.status !== 'NOT_FOUND';
  const execution = isUndone ? undo : await deps.executions.describe(operationId);
  const { status } = execution;
  if (!hasGone(status)) return [];

  const isBegun = claim.step !== undefined || operation.state === 'ROLLING_BACK';
  if (status === 'NOT_FOUND' && deps.clock.nowMs() < operation.deadlineMs && !isBegun) {
    await deps.executions.start(operationId, { operationId, component, fence });
    return [`started ${operationId}, which was admitted and never begun`];
  }
  const fallback = { error: 'ExecutionGone', cause: `found by the reconciler: execution ${status}` };
  const recovery = await recoverOperation(
    deps,
    operation,
    claim,
    goneExecution(isUndone, fallback, execution),
  );
  return linesOf(recovery, `${operationId}, whose execution is ${status}`);
}

function linesOf(recovery: Recovery, what: string): readonly string[] {
  switch (recovery) {
    case 'ended':
      return [`ended ${what}`];
    case 'undo-started':
      return [`started to undo ${what}`];
    case 'untouched':
      return [];
  }
}

/** @throws OperationNotEndable for a status that this version doesn't know: it is left alone and reported */
function hasGone(status: ExecutionStatus): boolean {
  switch (status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return false;
    case 'SUCCEEDED':
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
    case 'NOT_FOUND':
      return true;
    default: {
      // The API may return a status that is missing from the SDK's types.
      const unknown: never = status;
      throw new OperationNotEndable(
        `the execution is ${String(unknown)}, which is not a known status; left alone`,
      );
    }
  }
}
