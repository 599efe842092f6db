import type { Strategy } from './schema.ts';

/** The user's functions that strategies invoke, each once, with or without an alias, as they are written. */
export function invokedFunctions(
  strategies: readonly Pick<Strategy, 'actions' | 'rollback'>[],
): readonly string[] {
  const names = strategies
    .flatMap(({ actions, rollback }) => [...actions, ...rollback.actions])
    .flatMap(({ type, params }) => (type === 'invoke_function' ? [String(params['function'])] : []));
  return [...new Set(names)].sort();
}
