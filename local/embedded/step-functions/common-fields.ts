import * as z from 'zod';
import { InvalidDefinition } from './errors.ts';
import type { Evaluation } from './expressions/expression.ts';
import type { ExpressionPlace } from './expressions/expression-checks.ts';
import { compileTemplate, type Template } from './expressions/template.ts';
import { MAXIMUM_NAME_CHARACTERS } from './limits.ts';
import type { Frame, Transition } from './state.ts';

export const stateName = z.string().min(1).max(MAXIMUM_NAME_CHARACTERS);

/** Fields that every state may have. */
export const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() };

/** JSON that may contain expressions. */
export const template = z.json();
const assignment = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,79}$/), template);
export const assigning = { Assign: assignment.optional(), Output: template.optional() };

/** A state either names the next state or is the last one. */
export const transition = { Next: stateName.optional(), End: z.literal(true).optional() };

/** What a state is compiled with. */
export interface CompileContext {
  readonly machineType: 'STANDARD' | 'EXPRESS';
  /** Variables that may be read: those of this workflow, and of the workflows around it. */
  readonly assigned: ReadonlySet<string>;
}

/**
 * Checks a state against its type's schema: an unknown field is an error, never ignored.
 *
 * @throws InvalidDefinition
 */
export function parseState<Schema extends z.ZodType>(
  schema: Schema,
  name: string,
  raw: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new InvalidDefinition(`${name}: ${z.prettifyError(parsed.error)}`);
}

/** @throws InvalidDefinition unless there is either Next or End */
export function nextOf(
  name: string,
  { Next, End }: { readonly Next?: string | undefined; readonly End?: true | undefined },
): string | undefined {
  if ((Next === undefined) === (End === undefined))
    throw new InvalidDefinition(`${name}: needs either Next or End: true`);
  return Next;
}

/** How a state ends: what it assigns, its output, and the next state. */
export interface HandOver {
  /** @throws StateError */
  readonly run: (evaluation: Evaluation, frame: Frame, otherwise: unknown) => Promise<Transition>;
}

/**
 * Compiles Assign, Output and Next. Both are evaluated with the variables as they were when the state was entered.
 *
 * @throws InvalidDefinition
 */
export function compileHandOver(
  fields: { readonly Assign?: unknown; readonly Output?: unknown },
  next: string | undefined,
  where: ExpressionPlace,
): HandOver {
  const field = (name: 'Assign' | 'Output'): Template | undefined =>
    fields[name] === undefined
      ? undefined
      : compileTemplate(fields[name], { ...where, place: `${where.place}.${name}` });
  const assign = field('Assign');
  const output = field('Output');
  if (Object.hasOwn((fields.Assign ?? {}) as object, 'states'))
    throw new InvalidDefinition(`${where.place}.Assign: $states is reserved`);
  return {
    run: async (evaluation, frame, otherwise) => {
      const values = assign && (await assign.evaluate(evaluation));
      const value = output ? await output.evaluate(evaluation) : otherwise;
      if (values !== undefined)
        frame.variables.assign(values as Readonly<Record<string, unknown>>, `${where.place}.Assign`);
      return { output: value, ...(next !== undefined && { next }) };
    },
  };
}
