import { actionDefinition } from '../actions/action-table.ts';
import { deliveryOf, isAboutTraffic, isDoneToMachines, replaces } from '../operation/action-effects.ts';
import { actionsOn } from '../operation/strategy-actions.ts';
import type { CompiledConfiguration } from './compiled.ts';
import type { Action, Component } from './schema/schema.ts';
import { selectorTags, selectsHosts, targetKindOf } from './target-selector.ts';

type Configuration = Pick<CompiledConfiguration, 'components' | 'strategies'>;

/**
 * What two components are both part of, and what repairs of one of them change for both: the hosts themselves, their
 * Auto Scaling group or target group, a load balancer, what delivers releases, or an instance of a database cluster.
 * Hosts count only if the configuration says that they are the same: by an id, by the same tags or by their group. Isolation
 * does not count: it is urgent, and goes on when the repair that isolates has ended.
 *
 * @returns in words, such as `the Auto Scaling group web-asg`; `undefined` if there is nothing
 */
export function contestedResource(
  one: string,
  other: string,
  configuration: Configuration,
): string | undefined {
  const theirs = new Set(partOf(other, configuration));
  const common = partOf(one, configuration).filter((resource) => theirs.has(resource));
  if (common.length === 0) return undefined;
  const changed = new Set([one, other].flatMap((name) => changedBy(name, configuration)));
  return common.find((resource) => changed.has(resource));
}

function partOf(name: string, configuration: Configuration): readonly string[] {
  const component = configuration.components[name];
  if (!component) return [];
  const { targets } = component;
  return [
    ...hostsOf(component),
    ...targetGroupOf(component),
    ...loadBalancerOf(component),
    ...deliveredTo(component, 'codeDeploy'),
    ...deliveredTo(component, 'appConfig'),
    ...('dbInstance' in targets ? [databaseInstance(targets.dbInstance)] : []),
    // Which instances a cluster has is known only of those to which it is to fail over.
    ...('dbCluster' in targets ? changedBy(name, configuration) : []),
  ];
}

/** What any repair of a component may change of what others can be part of. */
function changedBy(name: string, { components, strategies }: Configuration): readonly string[] {
  const component = components[name];
  if (!component) return [];
  return strategies
    .filter((strategy) => strategy.components?.includes(name) ?? true)
    .flatMap(({ actions, rollback }) => [...actionsOn(actions, component), ...rollback.actions])
    .flatMap((action) => changedByAction(action, component));
}

function changedByAction(action: Action, component: Component): readonly string[] {
  const { type, params } = action;
  const definition = actionDefinition(type);
  const delivery = deliveryOf(action);
  if (delivery !== undefined) return deliveredTo(component, delivery);
  if (isAboutTraffic(action)) return targetGroupOf(component);
  if (definition.executor !== 'resource') return [];
  if (definition.onBalancerOf?.includes(targetKindOf(component.targets))) return loadBalancerOf(component);
  const { to } = params;
  if (type === 'failover' && typeof to === 'string') return [databaseInstance(to)];
  if (!isDoneToMachines(action)) return [];
  return [...hostsOf(component), ...(replaces([action]) ? targetGroupOf(component) : [])];
}

function hostsOf({ targets }: Component): readonly string[] {
  if (!selectsHosts(targets)) return [];
  if ('instanceIds' in targets) return targets.instanceIds.map((id) => `the host ${id}`);
  if ('autoScalingGroup' in targets) return [`the Auto Scaling group ${targets.autoScalingGroup}`];
  const tags = Object.entries(selectorTags(targets)).map(([key, value]) => `${key}=${value}`);
  return [`the hosts tagged ${tags.sort().join(', ')}`];
}

const targetGroupOf = ({ targetGroup }: Component) =>
  named('the target group', targetGroup?.split('/').at(-2));
const loadBalancerOf = ({ loadBalancer }: Component) =>
  named('the load balancer', loadBalancer?.split('/').at(-2));
const deliveredTo = (component: Component, delivery: 'codeDeploy' | 'appConfig') =>
  named(DELIVERED_BY[delivery], component[delivery]);
const databaseInstance = (id: string) => `the database instance ${id}`;

const DELIVERED_BY = {
  codeDeploy: 'the deployment group',
  appConfig: 'the configuration in AppConfig',
} as const;

function named(what: string, name: string | undefined): readonly string[] {
  return name === undefined ? [] : [`${what} ${name}`];
}
