import { operationOfExecution } from '../../core/operation/operation-id.ts';
import { notingDenials } from '../denials.ts';
import { goneExecution, type RecoverDeps, recoverOperation } from './recover-operation.ts';

/** A status event of a heal execution that did not succeed. */
export interface ExecutionEnded {
  /** The execution's name. */
  readonly name: string;
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * Handles a heal execution that failed, timed out or was stopped. If it ended its operation itself, there is nothing to
 * do.
 */
export async function executionEnded(deps: RecoverDeps, ended: ExecutionEnded): Promise<void> {
  await notingDenials(deps, () => recover(deps, ended));
}

async function recover(deps: RecoverDeps, ended: ExecutionEnded): Promise<void> {
  const { operationId, undo } = operationOfExecution(ended.name);
  const operation = await deps.store.getOperation(operationId);
  const claim = operation && (await deps.store.getClaim(operation.component));
  if (!operation || claim?.operationId !== operationId) return;
  const fallback = {
    error: `Execution${ended.status}`,
    cause: `execution ${ended.name} ended as ${ended.status}`,
  };
  await recoverOperation(deps, operation, claim, goneExecution(undo, fallback, ended));
}
