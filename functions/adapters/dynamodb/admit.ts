import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { AdmitOutcome, OperationStore } from '../../ports/operation-store.ts';
import { type Admission, admissionInput } from './admission-input.ts';
import { componentFrom } from './component-item.ts';
import { fleetFrom } from './fleet-item.ts';
import { ItemNotDecodable } from './item.ts';
import { operationKey } from './keys.ts';
import { decodeOperation } from './operation-item.ts';
import type { Table, Transacted } from './table.ts';

/** Order of the items in an admission, and of the reasons when it is cancelled. */
const ADMISSION_ITEMS = { component: 0, fleet: 1, operation: 2, proposal: 3 } as const;

export interface AdmitOptions {
  readonly table: Table;
  readonly tableName: string;
  readonly historyRetentionDays: number;
  readonly newRequestToken: () => string;
  /** Writes a plan, unless it is on record. */
  readonly keepPlan: (plan: OperationPlan) => Promise<void>;
}

/** The plan is written before the operation that refers to it. If that is refused, the plan stays for the next one. */
export function createAdmit({
  table,
  tableName,
  historyRetentionDays,
  newRequestToken,
  keepPlan,
}: AdmitOptions): OperationStore['admit'] {
  return async (operation, grant, limits, approved) => {
    await keepPlan(grant.plan);
    const admission: Admission = { operation, grant, limits, ...(approved && { approved }) };
    const input = admissionInput(tableName, historyRetentionDays, newRequestToken(), admission);
    return admitOutcome(await table.transact(input), admission);
  };
}

/**
 * What a cancelled admission means. A limit whose condition held is as it was read; one whose condition failed is
 * returned with the reason. A concurrent write may still change them, so there are no limits then.
 */
function admitOutcome(transacted: Transacted, { operation, limits }: Admission): AdmitOutcome {
  if (transacted.outcome === 'written') return { outcome: 'granted' };
  if (transacted.outcome === 'conflict') return { outcome: 'conflict' };

  const { reasons } = transacted;
  const failed = (index: number) => reasons[index]?.Code === 'ConditionalCheckFailed';
  if (failed(ADMISSION_ITEMS.operation)) {
    const item = reasons[ADMISSION_ITEMS.operation]?.Item;
    if (item) return { outcome: 'duplicate', operation: decodeOperation(item) };
    throw new ItemNotDecodable(operationKey(operation.operationId), '(item)', 'not returned by the table');
  }
  const isConflict = reasons.some((reason) => reason.Code === 'TransactionConflict');
  if (isConflict || failed(ADMISSION_ITEMS.proposal)) return { outcome: 'conflict' };

  const { component, fleet } = ADMISSION_ITEMS;
  return {
    outcome: 'conflict',
    limits: {
      component: failed(component)
        ? componentFrom(reasons[component]?.Item, limits.component.component)
        : limits.component,
      fleet: failed(fleet) ? fleetFrom(reasons[fleet]?.Item) : limits.fleet,
    },
  };
}
