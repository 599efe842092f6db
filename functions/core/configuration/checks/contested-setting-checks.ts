import { actionDefinition } from '../../actions/action-table.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Action, Component } from '../schema/schema.ts';
import { scalingGroupOf, targetKindOf } from '../target-selector.ts';
import { componentsOf } from './strategy-checks.ts';

/** What a strategy sets for a component, where it is the only value that the named resource has. */
interface Setting {
  /** Within the component. */
  readonly path: DocumentPath;
  readonly resource: string;
  /** Of the resource. */
  readonly value: string;
}

/** Components whose strategies set one value of one resource, such as the size of an Auto Scaling group. */
export function checkContestedSettings({ components, strategies }: ReadableParts): readonly Finding[] {
  const owners = new Map<string, string>();
  return [...components].flatMap(([name, component]): readonly Finding[] => {
    const settings = strategies
      .filter(({ strategy }) => componentsOf(strategy, new Map([[name, component]])).length > 0)
      .flatMap(({ strategy }) => strategy.actions.flatMap((action) => settingOf(action, component)));
    const byValue = new Map(settings.map((setting) => [`${setting.value} of ${setting.resource}`, setting]));
    return [...byValue].flatMap(([key, setting]): readonly Finding[] => {
      const owner = owners.get(key);
      if (owner !== undefined) return [warning(name, setting, owner)];
      owners.set(key, name);
      return [];
    });
  });
}

function warning(name: string, { path, resource, value }: Setting, owner: string): Finding {
  return {
    severity: 'warning',
    code: 'shared-resource',
    path: ['components', name, ...path],
    value: resource,
    message: `strategies also set the ${value} of \`${resource}\` for component \`${owner}\`: neither undoes what was set for the other since`,
    remedy: 'Let strategies for one of the two set it.',
  };
}

function settingOf({ type }: Pick<Action, 'type'>, component: Component): readonly Setting[] {
  const definition = actionDefinition(type);
  if (definition.executor !== 'resource') return [];
  const group = scalingGroupOf(component);
  if (definition.inScalingGroup === 'group' && group !== undefined)
    return [{ path: ['targets', 'autoScalingGroup'], resource: group, value: 'size' }];
  const { loadBalancer, targets } = component;
  return loadBalancer !== undefined && definition.onBalancerOf?.includes(targetKindOf(targets)) === true
    ? [{ path: ['loadBalancer'], resource: loadBalancer, value: 'idle time-out' }]
    : [];
}
