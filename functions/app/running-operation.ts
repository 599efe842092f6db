import type { Operation } from '../core/operation/operation.ts';
import type { OperationStore } from '../ports/operation-store.ts';

/** The operation that was to be worked on is not there, or has ended. */
export class OperationGone extends Error {
  override readonly name = 'OperationGone';
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

export function hasEnded({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'COMPLETED' || state === 'FAILED';
}
