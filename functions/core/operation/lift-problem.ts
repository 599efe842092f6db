import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { LIFT_STRATEGY, type TimeLimit } from './time-limit.ts';

/** Why nothing would lift an isolation, however often it is asked for: the configuration has changed since. */
export function liftProblem(
  { components, strategies }: Pick<CompiledConfiguration, 'components' | 'strategies'>,
  { component, targets }: Pick<TimeLimit, 'component' | 'targets'>,
): string | undefined {
  const selector = components[component]?.targets;
  if (selector === undefined) return `${component} is no longer a component in selfheal.yaml`;
  const isLifting = strategies.some(
    ({ id, components: own }) => id === LIFT_STRATEGY && (own?.includes(component) ?? true),
  );
  if (!isLifting) return `selfheal.yaml has no strategy ${LIFT_STRATEGY} for ${component} any more`;
  const foreign = 'instanceIds' in selector ? targets.filter((id) => !selector.instanceIds.includes(id)) : [];
  return foreign.length === 0
    ? undefined
    : `${foreign.join(', ')}: in selfheal.yaml, no longer a target of ${component}`;
}
