import type { Operation, OperationState } from '../../core/operation/operation.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

/** A filter looks through this many operations, the newest first: some hundred kilobytes. */
const SEARCHED_AT_MOST = 1_000;

export interface RecentOperationsInput {
  readonly limit: number;
  /** @default all components */
  readonly component?: string;
  /** @default all states */
  readonly state?: OperationState;
}

export interface RecentOperations {
  /** Newest first. */
  readonly operations: readonly Operation[];
  /** How many were searched. */
  readonly searched: number;
  /** Whether older operations exist that were not looked through, though the limit is not reached. */
  readonly isCut: boolean;
}

/** The last operations, of one component or in one state if the input says so. */
export async function recentOperations(
  { store }: { readonly store: Pick<OperationStore, 'listOperations'> },
  { limit, component, state }: RecentOperationsInput,
): Promise<RecentOperations> {
  const isFiltered = component !== undefined || state !== undefined;
  const most = isFiltered ? Math.max(limit, SEARCHED_AT_MOST) : limit;
  const searched = await store.listOperations(most);
  const found = searched.filter(
    (operation) =>
      (component === undefined || operation.component === component) &&
      (state === undefined || operation.state === state),
  );
  return {
    operations: found.slice(0, limit),
    searched: searched.length,
    isCut: isFiltered && searched.length === most && found.length < limit,
  };
}
