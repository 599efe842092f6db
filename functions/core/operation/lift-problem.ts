import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { hasEffect, type Isolation } from './isolations.ts';
import { LIFT_STRATEGY, type TimeLimit } from './time-limit.ts';

/**
 * Why nothing would lift an isolation, however often it is asked for: the configuration has changed since.
 *
 * @param isolations how it was made
 */
export function liftProblem(
  { components, strategies }: Pick<CompiledConfiguration, 'components' | 'strategies'>,
  { component, targets }: Pick<TimeLimit, 'component' | 'targets'>,
  isolations: readonly Isolation[],
): string | undefined {
  const selector = components[component]?.targets;
  if (selector === undefined) return `${component} is no longer a component in selfheal.yaml`;
  const lift = strategies.find(
    ({ id, components: own }) => id === LIFT_STRATEGY && (own?.includes(component) ?? true),
  );
  if (!lift) return `selfheal.yaml no longer has a strategy ${LIFT_STRATEGY} for ${component}`;
  for (const { record, byGroups } of isolations.filter(hasEffect)) {
    const by = byGroups ? 'security_groups' : 'agent';
    const isUndone = lift.actions.some(
      ({ type, params }) => type === 'restore_network' && params['by'] === by,
    );
    if (record.outcome === 'SUCCEEDED' && !isUndone)
      return `${LIFT_STRATEGY} no longer has a \`restore_network\` with \`by: ${by}\``;
  }
  const foreign = 'instanceIds' in selector ? targets.filter((id) => !selector.instanceIds.includes(id)) : [];
  return foreign.length === 0
    ? undefined
    : `${foreign.join(', ')}: in selfheal.yaml, no longer a target of ${component}`;
}
