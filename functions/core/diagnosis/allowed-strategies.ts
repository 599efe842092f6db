import type { Action, Strategy } from '../configuration/schema/schema.ts';
import { rolledBackKind, rollsChangeBack, takesDown } from '../operation/action-effects.ts';
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

/** Whether a strategy passes the suspected change on to be rolled back, for every component that it changed. */
export function isHandedTheChange({ actions }: Strategy): boolean {
  return actions.some((action) => rolledBackKind(action) === 'any');
}
