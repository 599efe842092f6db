import * as z from 'zod';
import { type CompileContext, common, compileHandOver, parseState, template } from '../common-fields.ts';
import { evaluationOf, type State } from '../state.ts';

const schema = z.strictObject({ Type: z.literal('Succeed'), ...common, Output: template.optional() });

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html */
export function compileSucceedState(name: string, raw: unknown, { assigned }: CompileContext): State {
  const fields = parseState(schema, name, raw);
  const handOver = compileHandOver(fields, undefined, { place: name, assigned });
  return {
    name,
    type: 'Succeed',
    targets: [],
    run: (input, frame) => handOver.run(evaluationOf(name, input, frame), frame, input),
  };
}
