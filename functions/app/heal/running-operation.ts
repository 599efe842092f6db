import { hasEnded, type Operation } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

/** The operation has already ended. */
export class OperationGone extends Error {
  override readonly name = 'OperationGone';
  readonly code = 'OPERATION_GONE';
  readonly operationId: string;

  constructor(operationId: string, state: string) {
    super(`operation ${operationId} ended as ${state}`);
    this.operationId = operationId;
  }
}

/** There is no record of the operation or of its plan, so what to do is unknown. */
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

/** Why the operation can't go on. */
export interface NotRunning {
  readonly problem: OperationGone | OperationNotOnRecord;
}

/** A running operation, with the plan that it was admitted under: without that, what to do is unknown. */
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
