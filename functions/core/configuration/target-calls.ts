import { ACTIONS, type ActionType, actionDefinition } from '../actions/action-table.ts';
import { isCheckedInGroup } from '../operation/batch-check.ts';
import { actionsOn } from '../operation/strategy-actions.ts';
import { limitedIsolation } from '../operation/time-limit.ts';
import type { TargetKind, TargetRef } from '../target/target.ts';
import { mayVerifyByResource } from '../verification/verifier.ts';
import { componentsOf } from './checks/strategy-checks.ts';
import type { CompiledConfiguration } from './compiled.ts';
import type { Action, Component, Strategy } from './schema/schema.ts';
import { type HostSelector, resourceId, selectsHosts, targetKindOf } from './target-selector.ts';

type Configuration = Pick<CompiledConfiguration, 'components' | 'strategies'>;

/**
 * The calls that strategies make to the APIs of what components run on, each with the targets that it is about: all that
 * has to be granted. Components that are excluded are never acted on.
 *
 * @returns by the call, as IAM names its permission
 */
export function targetCalls(configuration: Configuration): ReadonlyMap<string, readonly TargetRef[]> {
  return about(configuration, targetOf);
}

/**
 * The calls that strategies make to EC2 about hosts, each with the selectors of these hosts: all that has to be granted.
 *
 * @returns by the call, as IAM names its permission
 */
export function hostCalls(configuration: Configuration): ReadonlyMap<string, readonly HostSelector[]> {
  return about(configuration, hostsOf);
}

/** What sends requests to targets, or brings releases to them, and is asked to change something about them. */
export interface HostResource {
  readonly kind: 'target_group' | 'load_balancer' | 'deployment_group' | 'app_configuration';
  /** ARN; the names or ids in the configuration for CodeDeploy's and AppConfig's. */
  readonly id: string;
}

/** The same calls, each with what the hosts are part of. */
export function hostResourceCalls(
  configuration: Configuration,
): ReadonlyMap<string, readonly HostResource[]> {
  return about(configuration, ({ targetGroup }) =>
    targetGroup === undefined ? undefined : { kind: 'target_group', id: targetGroup },
  );
}

/** The same calls, each with the load balancers of the components that it is made for. */
export function loadBalancerCalls(
  configuration: Configuration,
): ReadonlyMap<string, readonly HostResource[]> {
  return about(configuration, ({ loadBalancer }) =>
    loadBalancer === undefined ? undefined : { kind: 'load_balancer', id: loadBalancer },
  );
}

/** The same calls, each with the deployment groups of the components that it is made for. */
export function deploymentGroupCalls(
  configuration: Configuration,
): ReadonlyMap<string, readonly HostResource[]> {
  return about(configuration, ({ codeDeploy }) =>
    codeDeploy === undefined ? undefined : { kind: 'deployment_group', id: codeDeploy },
  );
}

/** The same calls, each with the configurations of AppConfig of the components that it is made for. */
export function appConfigCalls(configuration: Configuration): ReadonlyMap<string, readonly HostResource[]> {
  return about(configuration, ({ appConfig }) =>
    appConfig === undefined ? undefined : { kind: 'app_configuration', id: appConfig },
  );
}

/** How Elastic Load Balancing is asked which hosts it sends requests to. */
const HEALTH_IN_GROUP = ['elasticloadbalancing:DescribeTargetHealth'];

/** The calls by which repairs are verified where AWS itself says whether they helped, each with what is looked at. */
export function verificationCalls(configuration: Configuration): {
  readonly targets: ReadonlyMap<string, readonly TargetRef[]>;
  readonly hosts: ReadonlyMap<string, readonly HostSelector[]>;
} {
  const callsFor: CallsFor = (strategy, component) => {
    if (!mayVerifyByResource(strategy, component)) return [];
    const kind = targetKindOf(component.targets);
    return kind === 'host' ? HEALTH_IN_GROUP : (ACTIONS.health_check.calls[kind] ?? []);
  };
  return {
    targets: about(configuration, targetOf, callsFor),
    hosts: about(configuration, hostsOf, callsFor),
  };
}

/** The calls about hosts that stay isolated, and may be gone meanwhile, with the selectors of these hosts. */
export function isolationCalls(configuration: Configuration): ReadonlyMap<string, readonly HostSelector[]> {
  return about(configuration, hostsOf, ({ actions }) =>
    limitedIsolation(actions) === undefined ? [] : ['ec2:DescribeInstances'],
  );
}

const targetOf = ({ targets }: Component): TargetRef | undefined =>
  selectsHosts(targets) ? undefined : { kind: targetKindOf(targets), id: resourceId(targets) };

const hostsOf = ({ targets }: Component): HostSelector | undefined =>
  selectsHosts(targets) ? targets : undefined;

type CallsFor = (strategy: Strategy, component: Component) => readonly string[];

/** By the call, what it is about: each once. @param callsFor default: what the strategy's steps call */
function about<Subject extends object>(
  { components, strategies }: Configuration,
  subjectOf: (component: Component) => Subject | undefined,
  callsFor: CallsFor = stepCalls,
): ReadonlyMap<string, readonly Subject[]> {
  const found = new Map<string, Map<string, Subject>>();
  for (const strategy of strategies) {
    for (const [, component] of componentsOf(strategy, new Map(Object.entries(components)))) {
      const subject = subjectOf(component);
      if (subject === undefined) continue;
      for (const call of callsFor(strategy, component)) {
        const subjects = found.get(call) ?? new Map<string, Subject>();
        found.set(call, subjects.set(JSON.stringify(subject), subject));
      }
    }
  }
  return new Map([...found].map(([call, subjects]) => [call, [...subjects.values()]]));
}

function stepCalls(strategy: Strategy, component: Component): readonly string[] {
  const kind = targetKindOf(component.targets);
  const checked = { ...strategy, actions: actionsOn(strategy.actions, component) };
  return [
    ...stepsOf(strategy, component).flatMap((step) => callsOf(step, kind, component)),
    ...(isCheckedInGroup(checked, component) ? HEALTH_IN_GROUP : []),
  ];
}

type Step = Pick<Action, 'type' | 'params'>;

/** What a strategy may do on a component, its undo steps included. */
function stepsOf({ actions, rollback }: Strategy, component: Component): readonly Step[] {
  const own: readonly Step[] = [...actionsOn(actions, component), ...rollback.actions];
  const inverses = own.flatMap(({ type, params }): readonly Step[] => {
    const { undo, undoParams = () => ({}) } = actionDefinition(type);
    const inverse = undoParams(params);
    return undo === undefined || inverse === undefined ? [] : [{ type: undo as ActionType, params: inverse }];
  });
  return [...own, ...inverses];
}

function callsOf({ type, params }: Step, kind: TargetKind, component: Component): readonly string[] {
  const definition = actionDefinition(type);
  if (definition.executor === 'resource')
    return definition.callsWith?.(kind, params, component) ?? definition.calls[kind] ?? [];
  if (definition.executor !== 'run_command') return [];
  return definition.byApi?.isMeant(params) === true ? definition.byApi.calls : [];
}
