import type { Operation } from '../core/operation/operation.ts';
import type { OperationPlan } from '../core/operation/operation-plan.ts';
import type { OperationStore } from '../ports/operation-store.ts';

/** The operation that was to be worked on is not there, or has ended. */
export class OperationGone extends Error {
  override readonly name = 'OperationGone';
}

export interface PlannedOperation {
  readonly operation: Operation;
  readonly plan: OperationPlan;
}

/** @throws OperationGone if the operation doesn't exist or has ended */
export async function runningOperation(
  store: Pick<OperationStore, 'getOperation'>,
  operationId: string,
): Promise<Operation> {
  const operation = await store.getOperation(operationId);
  if (!operation) throw new OperationGone(`operation ${operationId} is not on record`);
  if (hasEnded(operation)) throw new OperationGone(`operation ${operationId} ended as ${operation.state}`);
  return operation;
}

/**
 * A running operation, with what it was admitted under.
 *
 * @throws OperationGone also if its plan is not on record: without it, nothing is known of what to do
 */
export async function plannedOperation(
  store: Pick<OperationStore, 'getOperation' | 'getPlan'>,
  operationId: string,
): Promise<PlannedOperation> {
  const operation = await runningOperation(store, operationId);
  const plan = await store.getPlan(operation.planId);
  if (!plan) throw new OperationGone(`operation ${operationId} has no plan on record`);
  return { operation, plan };
}

export function hasEnded({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'COMPLETED' || state === 'FAILED';
}
