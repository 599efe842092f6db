import { isOfComponent, outcomeAfter, overrideOf } from '../../core/admission/override.ts';
import { EMPTY_FLEET } from '../../core/admission/records.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { decodeComponent } from './component-item.ts';
import { decodeFleet } from './fleet-item.ts';
import { setOverrideInput } from './override-inputs.ts';
import type { Table } from './table.ts';

export function createSetOverride(
  table: Pick<Table, 'update'>,
  tableName: string,
): OperationStore['setOverride'] {
  return async (scope, override) => {
    const set = await table.update(setOverrideInput(tableName, scope, override));
    if (set.written) return 'taken';
    if (!set.item) return 'overtaken';
    const isComponent = isOfComponent(scope);
    const later = overrideOf(
      scope,
      isComponent ? decodeComponent(set.item) : undefined,
      isComponent ? EMPTY_FLEET : decodeFleet(set.item),
    );
    return outcomeAfter(later, override);
  };
}
