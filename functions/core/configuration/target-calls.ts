import { type ActionType, actionDefinition } from '../actions/action-table.ts';
import type { TargetKind, TargetRef } from '../target/target.ts';
import type { CompiledConfiguration } from './compiled.ts';
import type { Action, Strategy } from './schema.ts';
import { componentsOf } from './strategy-checks.ts';
import { type HostSelector, resourceId, selectsHosts, targetKindOf } from './target-selector.ts';

/**
 * The calls that strategies make to the APIs of what components run on, each with the targets that it is about: all that
 * has to be granted. Components that are excluded are never acted on.
 *
 * @returns by the call, as IAM names its permission
 */
export function targetCalls({
  components,
  strategies,
}: Pick<CompiledConfiguration, 'components' | 'strategies'>): ReadonlyMap<string, readonly TargetRef[]> {
  const found = new Map<string, Map<string, TargetRef>>();
  for (const strategy of strategies) {
    for (const [, { targets }] of componentsOf(strategy, new Map(Object.entries(components)))) {
      if (selectsHosts(targets)) continue;
      const target: TargetRef = { kind: targetKindOf(targets), id: resourceId(targets) };
      for (const call of stepsOf(strategy).flatMap((step) => callsOf(step, target.kind))) {
        const about = found.get(call) ?? new Map<string, TargetRef>();
        found.set(call, about.set(`${target.kind} ${target.id}`, target));
      }
    }
  }
  return new Map([...found].map(([call, about]) => [call, [...about.values()]]));
}

/**
 * The calls that strategies make to EC2 about hosts, each with the selectors of these hosts: all that has to be granted.
 *
 * @returns by the call, as IAM names its permission
 */
export function hostCalls({
  components,
  strategies,
}: Pick<CompiledConfiguration, 'components' | 'strategies'>): ReadonlyMap<string, readonly HostSelector[]> {
  const found = new Map<string, Map<string, HostSelector>>();
  for (const strategy of strategies) {
    for (const [name, { targets }] of componentsOf(strategy, new Map(Object.entries(components)))) {
      if (!selectsHosts(targets)) continue;
      for (const call of stepsOf(strategy).flatMap((step) => callsOf(step, 'host'))) {
        const about = found.get(call) ?? new Map<string, HostSelector>();
        found.set(call, about.set(name, targets));
      }
    }
  }
  return new Map([...found].map(([call, about]) => [call, [...about.values()]]));
}

type Step = Pick<Action, 'type' | 'params'>;

/** What a strategy may do, its undo steps included. */
function stepsOf({ actions, rollback }: Strategy): readonly Step[] {
  const own: readonly Step[] = [...actions, ...rollback.actions];
  const inverses = own.flatMap(({ type, params }): readonly Step[] => {
    const { undo, undoParams } = actionDefinition(type);
    return undo === undefined ? [] : [{ type: undo as ActionType, params: undoParams?.(params) ?? {} }];
  });
  return [...own, ...inverses];
}

function callsOf({ type, params }: Step, kind: TargetKind): readonly string[] {
  const definition = actionDefinition(type);
  if (definition.executor === 'resource') return definition.calls[kind] ?? [];
  if (definition.executor !== 'run_command' || definition.byApi?.isMeant(params) !== true) return [];
  return definition.byApi.calls;
}
