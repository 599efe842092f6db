import type { Action } from './action-schema.ts';
import type { Strategy } from './schema.ts';

type Strategies = readonly Pick<Strategy, 'actions' | 'rollback'>[];

/** The user's functions that strategies invoke, each once, with or without an alias, as they are written. */
export function invokedFunctions(strategies: Strategies): readonly string[] {
  return named(strategies, 'invoke_function', 'function');
}

/** The user's Command documents that strategies run, each once. */
export function runDocuments(strategies: Strategies): readonly string[] {
  return named(strategies, 'run_document', 'document');
}

function named(strategies: Strategies, wanted: Action['type'], key: string): readonly string[] {
  const names = strategies
    .flatMap(({ actions, rollback }) => [...actions, ...rollback.actions])
    .flatMap(({ type, params }) => (type === wanted ? [String(params[key])] : []));
  return [...new Set(names)].sort();
}
