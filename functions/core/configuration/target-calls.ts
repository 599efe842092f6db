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
      for (const call of typesOf(strategy).flatMap((type) => callsOf(type, target.kind))) {
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
      for (const call of typesOf(strategy).flatMap((type) => callsOf(type, 'host'))) {
        const about = found.get(call) ?? new Map<string, HostSelector>();
        found.set(call, about.set(name, targets));
      }
    }
  }
  return new Map([...found].map(([call, about]) => [call, [...about.values()]]));
}

/** What a strategy may do, its undo steps included. */
function typesOf({ actions, rollback }: Strategy): readonly ActionType[] {
  const own = [...actions, ...rollback.actions].map(({ type }: Action) => type);
  const inverses = own.flatMap((type) => (actionDefinition(type).undo ?? []) as ActionType | []);
  return [...own, ...inverses];
}

function callsOf(type: ActionType, kind: TargetKind): readonly string[] {
  const definition = actionDefinition(type);
  return definition.executor === 'resource' ? (definition.calls[kind] ?? []) : [];
}
