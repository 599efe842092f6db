import { hasEnded, type Operation } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import type { OperationStore } from '../ports/operation-store.ts';

/** The operation that was to be worked on has ended. */
export class OperationGone extends Error {
  override readonly name = 'OperationGone';
  readonly code = 'OPERATION_GONE';
  readonly operationId: string;

  constructor(operationId: string, state: string) {
    super(`operation ${operationId} ended as ${state}`);
    this.operationId = operationId;
  }
}

/** There is no record of the operation, or of what it was admitted under: nothing is known of what to do. */
export class OperationNotOnRecord extends Error {
  override readonly name = 'OperationNotOnRecord';
  readonly code = 'OPERATION_NOT_ON_RECORD';
  readonly operationId: string;

  constructor(operationId: string, what = 'record') {
    super(`operation ${operationId} has no ${what} in the table`);
    this.operationId = operationId;
  }
}

export interface PlannedOperation {
  readonly operation: Operation;
  readonly plan: OperationPlan;
}

/** The operation can't be worked on, and why. */
export interface NotRunning {
  readonly problem: OperationGone | OperationNotOnRecord;
}

/** A running operation, with what it was admitted under: without that, nothing is known of what to do. */
export async function findPlannedOperation(
  store: Pick<OperationStore, 'getOperation' | 'getPlan'>,
  operationId: string,
): Promise<PlannedOperation | NotRunning> {
  const operation = await store.getOperation(operationId);
  if (!operation) return { problem: new OperationNotOnRecord(operationId) };
  if (hasEnded(operation)) return { problem: new OperationGone(operationId, operation.state) };
  const plan = await store.getPlan(operation.planId);
  return plan ? { operation, plan } : { problem: new OperationNotOnRecord(operationId, 'plan') };
}

/**
 * @throws OperationGone if the operation has ended
 * @throws OperationNotOnRecord if it, or its plan, is not on record
 */
export async function plannedOperation(
  store: Pick<OperationStore, 'getOperation' | 'getPlan'>,
  operationId: string,
): Promise<PlannedOperation> {
  const found = await findPlannedOperation(store, operationId);
  if ('problem' in found) throw found.problem;
  return found;
}
