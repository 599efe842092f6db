import type { Claim } from '../core/admission/records.ts';
import { undoExecutionName } from '../core/operation/operation-id.ts';
import type { HealExecutions } from '../ports/executions.ts';
import { type RecoverDeps, recoverOperation } from './recover-operation.ts';

/** An operation is left alone so long after its admission: its execution may be about to start. */
const START_GRACE_MS = 30_000;

export interface ReconcileExecutionDeps extends RecoverDeps {
  readonly executions: Pick<HealExecutions, 'start' | 'status'>;
}

/** Starts the execution of an admitted operation that never got one, and ends operations whose execution has gone. */
export async function reconcileExecution(
  deps: ReconcileExecutionDeps,
  claim: Claim & { readonly component: string },
): Promise<readonly string[]> {
  const { operationId, component, fence } = claim;
  const operation = await deps.store.getOperation(operationId);
  if (!operation || deps.clock.nowMs() - operation.startedAtMs < START_GRACE_MS) return [];

  const undoStatus = await deps.executions.status(undoExecutionName(operationId));
  if (undoStatus === 'RUNNING') return [];
  const status = undoStatus === 'NOT_FOUND' ? await deps.executions.status(operationId) : undoStatus;
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return [];

  if (status === 'NOT_FOUND' && deps.clock.nowMs() < operation.deadlineMs && operation.state === 'IDLE') {
    await deps.executions.start(operationId, { operationId, component, fence });
    return [`started ${operationId}, which was admitted and never begun`];
  }
  const cause = `found by the reconciler: execution ${status}`;
  await recoverOperation(deps, operation, claim, undoStatus !== 'NOT_FOUND', {
    error: 'ExecutionGone',
    cause,
  });
  return [`ended ${operationId}, whose execution is ${status}`];
}
