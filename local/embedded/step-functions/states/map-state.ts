import * as z from 'zod';
import {
  assigning,
  type CompileContext,
  common,
  compileHandOver,
  nextOf,
  parseState,
  stateName,
  template,
  transition,
} from '../common-fields.ts';
import { compileErrorHandling, errorHandling } from '../error-handling.ts';
import { InvalidDefinition, StateError } from '../errors.ts';
import { compileInteger, compileTemplate, isExpression } from '../expressions/template.ts';
import { MAXIMUM_INLINE_CONCURRENCY } from '../limits.ts';
import { evaluationOf, type Frame, runGraph, type State, type StateGraph } from '../state.ts';
import { VariableScope } from '../variables.ts';

const schema = z.strictObject({
  Type: z.literal('Map'),
  ...common,
  ...assigning,
  ...transition,
  ...errorHandling,
  Items: z.union([z.string(), z.array(template)], { error: 'neither a list nor {% … %}' }).optional(),
  ItemSelector: template.optional(),
  MaxConcurrency: z.union([z.int().min(0), z.string()]).default(0),
  ItemProcessor: z.strictObject({
    ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
    StartAt: stateName,
    States: z.record(stateName, z.unknown()),
  }),
});

const CONCURRENCY = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

/** Compiles the states of a Map's processor. A parameter, since it compiles Maps too. */
export type CompileGraph = (startAt: string, states: Readonly<Record<string, unknown>>) => StateGraph;

/**
 * Inline only. The first iteration that fails ends the others, and the state with its error.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
 */
export function compileMapState(
  name: string,
  raw: unknown,
  context: CompileContext,
  compileGraph: CompileGraph,
): State {
  const fields = parseState(schema, name, raw);
  const { assigned } = context;
  const next = nextOf(name, fields);
  const compiled = (field: 'Items' | 'ItemSelector') =>
    fields[field] === undefined
      ? undefined
      : compileTemplate(fields[field], { place: `${name}.${field}`, assigned });
  const items = compiled('Items');
  if (typeof fields.Items === 'string' && items !== undefined && !isExpression(items))
    throw new InvalidDefinition(
      `${name}.Items: ${JSON.stringify(fields.Items)} is neither a list nor {% … %}`,
    );
  const selector = compiled('ItemSelector');
  const concurrency = compileInteger(fields.MaxConcurrency, CONCURRENCY, {
    place: `${name}.MaxConcurrency`,
    assigned,
  });
  const graph = compileGraph(fields.ItemProcessor.StartAt, fields.ItemProcessor.States);
  const handling = compileErrorHandling(name, fields, context);
  const handOver = compileHandOver(fields, next, { place: name, assigned, parts: ['result'] });

  async function attempt(input: unknown, frame: Frame, retryCount: number) {
    const evaluation = evaluationOf(name, input, frame, { retryCount });
    const values = items ? await items.evaluate(evaluation) : input;
    if (!Array.isArray(values))
      throw new StateError('States.QueryEvaluationError', `${name}.Items is not an array`);
    const wanted = Number(await concurrency.evaluate(evaluation)) || MAXIMUM_INLINE_CONCURRENCY;
    const limit = Math.min(wanted, MAXIMUM_INLINE_CONCURRENCY);
    const waits = frame.waits.inner();
    const iterate = async (value: unknown, index: number): Promise<unknown> => {
      const variables = new VariableScope(frame.variables);
      const inner: Frame = { ...frame, waits, variables, mapItem: { Index: index, Value: value } };
      const seen = evaluationOf(name, input, inner, { retryCount });
      const chosen = selector ? await selector.evaluate(seen) : value;
      frame.execution.note('MapIterationStarted', { name, index });
      try {
        const output = await runGraph(graph, chosen, inner);
        frame.execution.note('MapIterationSucceeded', { name, index });
        return output;
      } finally {
        variables.end();
      }
    };
    frame.execution.note('MapStateStarted', { length: values.length });
    try {
      const result = await inTurn(values, limit, iterate);
      frame.execution.note('MapStateSucceeded', {});
      return await handOver.run(evaluationOf(name, input, frame, { retryCount, result }), frame, result);
    } catch (error) {
      waits.end();
      if (error instanceof StateError) frame.execution.note('MapStateFailed', { error: error.error });
      throw error;
    }
  }

  return {
    name,
    type: 'Map',
    targets: [...(next === undefined ? [] : [next]), ...handling.targets],
    run: (input, frame) => handling.run(input, frame, (retryCount) => attempt(input, frame, retryCount)),
  };
}

/** Outputs in the order of the items, at most `concurrency` iterations at a time. Rejects with the first error. */
async function inTurn(
  items: readonly unknown[],
  limit: number,
  iterate: (item: unknown, index: number) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const outputs: unknown[] = [];
  const waiting = [...items.entries()];
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !hasFailed; next = waiting.shift()) {
      const [index, item] = next;
      outputs[index] = await iterate(item, index).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return outputs;
}
