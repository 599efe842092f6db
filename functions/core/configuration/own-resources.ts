import type { Action } from './schema/action-schema.ts';
import type { Component, Strategy } from './schema/schema.ts';

type Strategies = readonly Pick<Strategy, 'actions' | 'rollback'>[];

/** The user's functions that strategies invoke, each once, with or without an alias, as they are written. */
export function invokedFunctions(strategies: Strategies): readonly string[] {
  return named(strategies, 'invoke_function', 'function');
}

/** Those of them that may start something that lasts, and are asked about it. */
export function lastingFunctions(strategies: Strategies): readonly string[] {
  const names = stepsOf(strategies).flatMap(({ type, params }) =>
    type === 'invoke_function' && params['lasting'] === true ? [String(params['function'])] : [],
  );
  return [...new Set(names)].sort();
}

/** The user's Command documents that strategies run, each once. */
export function runDocuments(strategies: Strategies): readonly string[] {
  return named(strategies, 'run_document', 'document');
}

/** The Automation documents that strategies run, each once in each version. */
export function runAutomations(
  strategies: Strategies,
): readonly { readonly document: string; readonly version: string }[] {
  const used = stepsOf(strategies).flatMap(({ type, params }) => {
    if (type !== 'run_automation') return [];
    const [document, version] = [String(params['document']), String(params['version'])];
    return [[`${document}:${version}`, { document, version }] as const];
  });
  return [...new Map(used.toSorted(([a], [b]) => (a < b ? -1 : 1))).values()];
}

/** The roles under which automations of strategies work, each once. */
export function automationRoles(strategies: Strategies): readonly string[] {
  const roles = stepsOf(strategies).flatMap(({ type, params: { role } }) =>
    type === 'run_automation' && role !== undefined ? [String(role)] : [],
  );
  return [...new Set(roles)].sort();
}

/** The roles that earlier revisions of services of ECS may have, each once. */
export function taskRoles(
  components: Readonly<Record<string, Pick<Component, 'taskRoles'>>>,
): readonly string[] {
  return [...new Set(Object.values(components).flatMap(({ taskRoles: roles = [] }) => roles))].sort();
}

function stepsOf(strategies: Strategies): readonly Action[] {
  return strategies.flatMap(({ actions, rollback }) => [...actions, ...rollback.actions]);
}

function named(strategies: Strategies, wanted: Action['type'], key: string): readonly string[] {
  const names = stepsOf(strategies).flatMap(({ type, params }) =>
    type === wanted ? [String(params[key])] : [],
  );
  return [...new Set(names)].sort();
}
