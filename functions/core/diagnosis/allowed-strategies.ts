import type { Strategy } from '../configuration/schema/schema.ts';
import { rollsChangeBack, takesDown } from '../operation/action-effects.ts';
import type { RepairBounds } from './repair-bounds.ts';

/** The strategies that keep within the bounds of what may be done. */
export function allowedStrategies(
  strategies: readonly Strategy[],
  { overload, onlyRollback }: RepairBounds,
): readonly Strategy[] {
  return strategies.filter(
    ({ actions }) =>
      (!onlyRollback || actions.some(rollsChangeBack)) && !(overload && actions.some(takesDown)),
  );
}
