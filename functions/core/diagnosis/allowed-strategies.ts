import type { Action, Strategy } from '../configuration/schema/schema.ts';
import { rollsBackWhole, rollsChangeBack, takesDown } from '../operation/action-effects.ts';
import type { SuspectedChange } from './cause.ts';
import type { RepairBounds } from './repair-bounds.ts';

/** The strategies that keep within the bounds of what may be done. */
export function allowedStrategies(
  strategies: readonly Strategy[],
  { overload, onlyRollback, suspected }: RepairBounds,
): readonly Strategy[] {
  const isRollback = (action: Action) => suspected !== undefined && rollsChangeBack(action, suspected);
  return strategies.filter(
    ({ actions }) =>
      (!onlyRollback || actions.some(isRollback)) &&
      !(overload && actions.some((action) => takesDown(action) && !isRollback(action))),
  );
}

/** Whether a strategy has the suspected change rolled back for every component that it changed. */
export function rollsBackForAll({ actions }: Strategy, suspected: Pick<SuspectedChange, 'source'>): boolean {
  return actions.some((action) => rollsBackWhole(action, suspected));
}
