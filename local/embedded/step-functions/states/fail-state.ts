import * as z from 'zod';
import { type CompileContext, common, parseState } from '../common-fields.ts';
import { StateError } from '../errors.ts';
import { compileTemplate } from '../expressions/template.ts';
import { evaluationOf, type State } from '../state.ts';

const schema = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html */
export function compileFailState(name: string, raw: unknown, { assigned }: CompileContext): State {
  const { Error: error, Cause: cause } = parseState(schema, name, raw);
  const compiled = (field: string, value: string | undefined) =>
    value === undefined ? undefined : compileTemplate(value, { place: `${name}.${field}`, assigned });
  const errorTemplate = compiled('Error', error);
  const causeTemplate = compiled('Cause', cause);
  return {
    name,
    type: 'Fail',
    targets: [],
    run: async (input, frame) => {
      const evaluation = evaluationOf(name, input, frame);
      const text = async (template: typeof errorTemplate, field: string): Promise<string | undefined> => {
        const value = await template?.evaluate(evaluation);
        if (value === undefined || typeof value === 'string') return value;
        throw new StateError('States.QueryEvaluationError', `${name}.${field} is not a string`);
      };
      throw new StateError((await text(errorTemplate, 'Error')) ?? '', await text(causeTemplate, 'Cause'));
    },
  };
}
