import { InvalidDefinition, StateError } from '../errors.ts';
import { compileExpression, type Evaluation, type Expression } from './expression.ts';
import type { ExpressionPlace } from './expression-checks.ts';

/** JSON in which strings may be expressions, as Arguments, Output and Assign have it. */
export interface Template {
  /** @throws StateError `States.QueryEvaluationError` */
  readonly evaluate: (evaluation: Evaluation) => unknown;
}

/**
 * Compiles JSON with `{% … %}` in it.
 *
 * @throws InvalidDefinition
 */
export function compileTemplate(value: unknown, where: ExpressionPlace): Template {
  if (typeof value === 'string') {
    const source = expressionIn(value, where.place);
    return source === undefined ? { evaluate: () => value } : compileExpression(source, where);
  }
  if (typeof value !== 'object' || value === null) return { evaluate: () => value };
  if (Array.isArray(value)) {
    const items = value.map((each, index) => compileTemplate(each, inside(where, `[${index}]`)));
    return { evaluate: (evaluation) => evaluateAll(items, evaluation) };
  }
  const fields = Object.entries(value).map(
    ([key, each]) => [key, compileTemplate(each, inside(where, `.${key}`))] as const,
  );
  const keys = fields.map(([key]) => key);
  const parts = fields.map(([, part]) => part);
  return {
    evaluate: (evaluation) => {
      const values = evaluateAll(parts, evaluation);
      const named = (list: readonly unknown[]) =>
        Object.fromEntries(keys.map((key, index) => [key, list[index]]));
      return values instanceof Promise ? values.then(named) : named(values);
    },
  };
}

/**
 * A field that is either a whole number or an expression that returns one.
 *
 * @throws InvalidDefinition for a number outside its limits
 */
export function compileInteger(
  value: number | string,
  limits: { readonly minimum: number; readonly maximum: number },
  where: ExpressionPlace,
): Template {
  const { minimum, maximum } = limits;
  const template = compileTemplate(value, where);
  if (typeof value === 'string' && !isExpression(template)) {
    throw new InvalidDefinition(`${where.place}: ${JSON.stringify(value)} is neither a number nor {% … %}`);
  }
  const problemOf = (result: unknown): string | undefined =>
    Number.isInteger(result) && (result as number) >= minimum && (result as number) <= maximum
      ? undefined
      : `${where.place}: ${JSON.stringify(result)} is not a whole number from ${minimum} to ${maximum}`;
  const literal = typeof value === 'number' ? problemOf(value) : undefined;
  if (literal !== undefined) throw new InvalidDefinition(literal);
  const checked = (result: unknown): number => {
    const problem = problemOf(result);
    if (problem !== undefined) throw new StateError('States.QueryEvaluationError', problem);
    return result as number;
  };
  return {
    evaluate: (evaluation) => {
      const result = template.evaluate(evaluation);
      return result instanceof Promise ? result.then(checked) : checked(result);
    },
  };
}

export function isExpression(template: Template): template is Expression {
  return 'source' in template;
}

function expressionIn(text: string, place: string): string | undefined {
  const starts = text.startsWith('{%');
  if (starts !== text.endsWith('%}')) {
    throw new InvalidDefinition(`${place}: ${JSON.stringify(text)}: {% and %} must enclose the whole string`);
  }
  return starts ? text.slice(2, -2).trim() : undefined;
}

function inside(where: ExpressionPlace, part: string): ExpressionPlace {
  return { ...where, place: `${where.place}${part}` };
}

function evaluateAll(
  parts: readonly Template[],
  evaluation: Evaluation,
): readonly unknown[] | Promise<readonly unknown[]> {
  const values: unknown[] = [];
  let isWaiting = false;
  for (const part of parts) {
    try {
      const value = part.evaluate(evaluation);
      isWaiting ||= value instanceof Promise;
      values.push(value);
    } catch (error) {
      if (!isWaiting) throw error;
      // The others are awaited, so that none of them fails unnoticed.
      values.push(Promise.reject(error));
    }
  }
  return isWaiting ? Promise.all(values) : values;
}
