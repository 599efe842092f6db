import { isMapping, type Mapping } from './mapping.ts';
import { valueAt } from './schema-walk.ts';

/**
 * The document with every step that is called by a name under `actions` written out. What a step says itself takes
 * precedence; `params`, and `parameters` in them, are merged. A name that is not declared stays: the schema refuses it.
 */
export function withDeclaredActions(document: unknown): unknown {
  const declared = valueAt(document, ['actions']);
  const strategies = valueAt(document, ['strategies']);
  if (!(isMapping(document) && isMapping(declared) && Array.isArray(strategies))) return document;
  const writtenOut = (step: unknown): unknown => {
    const name = valueAt(step, ['type']);
    const declaration = typeof name === 'string' ? valueAt(declared, [name]) : undefined;
    return isMapping(step) && isMapping(declaration) ? merged(declaration, step) : step;
  };
  const inStrategy = (strategy: unknown): unknown => {
    if (!isMapping(strategy)) return strategy;
    const { actions, rollback } = strategy;
    const undo = valueAt(rollback, ['actions']);
    return {
      ...strategy,
      ...(Array.isArray(actions) && { actions: actions.map(writtenOut) }),
      ...(isMapping(rollback) &&
        Array.isArray(undo) && { rollback: { ...rollback, actions: undo.map(writtenOut) } }),
    };
  };
  return { ...document, strategies: strategies.map(inStrategy) };
}

function merged(declaration: Mapping, { type: _name, ...step }: Mapping): Mapping {
  const params = both(declaration['params'], step['params']);
  const parameters = both(
    valueAt(declaration, ['params', 'parameters']),
    valueAt(step, ['params', 'parameters']),
  );
  return {
    ...declaration,
    ...step,
    ...(params !== undefined && {
      params: isMapping(params) && parameters !== undefined ? { ...params, parameters } : params,
    }),
  };
}

/** One mapping over another; anything else is left to the schema. */
function both(under: unknown, over: unknown): unknown {
  return isMapping(under) && isMapping(over) ? { ...under, ...over } : (over ?? under);
}
