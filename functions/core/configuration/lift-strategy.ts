import { isLifting, LIFT_STRATEGY, LIMIT_METRIC, liftingActions } from '../operation/time-limit.ts';
import { type DeclaredStrategy, strategy } from './schema/strategy-schema.ts';

/**
 * The strategies with the one that lifts isolations at their time limit, if any asks for that. A file may declare it itself.
 */
export function withLifting(strategies: readonly DeclaredStrategy[]): readonly DeclaredStrategy[] {
  const lifted = strategies.flatMap((one) => {
    const isolations = one.actions.filter(isLifting);
    return isolations.length > 0 ? [{ one, isolations }] : [];
  });
  if (lifted.length === 0 || strategies.some(({ id }) => id === LIFT_STRATEGY)) return strategies;
  const isAnywhere = lifted.some(({ one }) => one.components === undefined);
  const components = [...new Set(lifted.flatMap(({ one }) => one.components ?? []))];
  const declared = strategy.parse({
    id: LIFT_STRATEGY,
    name: 'Lift an isolation at its time limit',
    ...(!isAnywhere && { components }),
    trigger: { metrics: [LIMIT_METRIC] },
    actions: liftingActions(lifted.flatMap(({ isolations }) => isolations)),
  });
  return [...strategies, declared as DeclaredStrategy];
}
