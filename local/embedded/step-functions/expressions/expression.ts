import jsonata from 'jsonata';
import { InvalidDefinition, StateError } from '../errors.ts';
import type { VariableScope } from '../variables.ts';
import { checkExpression, type ExpressionPlace, type ExprNode } from './expression-checks.ts';
import { type FunctionSources, stepFunctionsFunctions } from './step-functions-functions.ts';

/** What an expression is evaluated against. */
export interface Evaluation {
  readonly states: Readonly<Record<string, unknown>>;
  readonly variables: VariableScope;
  readonly sources: FunctionSources;
}

export interface Expression {
  readonly source: string;
  readonly place: string;
  /**
   * A value of JSON; a promise only where JSONata itself is needed.
   *
   * @throws StateError `States.QueryEvaluationError`, also if the value is undefined
   */
  readonly evaluate: (evaluation: Evaluation) => unknown;
}

type Plan = (evaluation: Evaluation) => unknown;

/** Cached: parsing is slow, and the same definitions are loaded again and again. */
const parsed = new Map<string, jsonata.Expression>();

/**
 * Compiles what stands between `{%` and `%}`.
 *
 * @throws InvalidDefinition
 */
export function compileExpression(source: string, where: ExpressionPlace): Expression {
  const { place } = where;
  const expression = parse(source, place);
  const ast: ExprNode = expression.ast();
  const used = checkExpression(ast, source, where);
  const names = pathNames(ast);
  const whole = evaluateWhole(expression, used);
  const plan: Plan = names === undefined ? whole : followPath(names, whole);

  const failed = (cause: unknown): never => {
    const problem = cause instanceof Error ? cause.message : String((cause as { message?: unknown }).message);
    throw new StateError('States.QueryEvaluationError', `${place}: {% ${source} %}: ${problem}`);
  };
  const defined = (value: unknown): unknown =>
    value === undefined ? failed(new Error('the value is undefined')) : value;
  return {
    source,
    place,
    evaluate: (evaluation) => {
      const value = plan(evaluation);
      return value instanceof Promise ? value.catch(failed).then(defined) : defined(value);
    },
  };
}

function parse(source: string, place: string): jsonata.Expression {
  try {
    const expression = parsed.get(source) ?? jsonata(source);
    parsed.set(source, expression);
    return expression;
  } catch (error) {
    throw new InvalidDefinition(`${place}: {% ${source} %}: ${(error as { message: string }).message}`, {
      cause: error,
    });
  }
}

function evaluateWhole(expression: jsonata.Expression, used: ReadonlySet<string>): Plan {
  return async ({ states, variables, sources }) => {
    const functions = stepFunctionsFunctions(sources);
    const bindings: Record<string, unknown> = {};
    for (const name of used) {
      const value = name === 'states' ? states : (variables.lookup(name) ?? functions[name]);
      if (value !== undefined) bindings[name] = value;
    }
    return plain(await expression.evaluate(undefined, bindings));
  };
}

/** JSONata's sequences carry extra properties, and functions are not values. */
function plain(value: unknown): unknown {
  if (typeof value === 'function' || isLambda(value)) throw new TypeError('the value is a function');
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as unknown) : value;
}

function isLambda(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '_jsonata_lambda' in value;
}

/** The names along a path like `$states.input.operationId`, if that is all that the expression is. */
function pathNames(ast: ExprNode): readonly string[] | undefined {
  if (ast.type === 'variable') return isBare(ast, 'variable') ? [String(ast.value)] : undefined;
  const steps = ast.steps ?? [];
  const isPlain =
    ast.type === 'path' &&
    Object.keys(ast).every((key) => key === 'type' || key === 'steps') &&
    steps.every((step, index) => isBare(step, index === 0 ? 'variable' : 'name'));
  return isPlain ? steps.map((step) => String(step.value)) : undefined;
}

function isBare(node: ExprNode, type: 'variable' | 'name'): boolean {
  return node.type === type && Object.keys(node).every((key) => ['type', 'value', 'position'].includes(key));
}

/** Most expressions are paths, which need no interpreter; where a path meets an array, JSONata takes over. */
function followPath([variable = '', ...names]: readonly string[], whole: Plan): Plan {
  return (evaluation) => {
    let value = variable === 'states' ? evaluation.states : evaluation.variables.lookup(variable);
    for (const name of names) {
      if (Array.isArray(value)) return whole(evaluation);
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[name];
    }
    return value;
  };
}
