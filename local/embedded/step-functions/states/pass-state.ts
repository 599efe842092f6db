import * as z from 'zod';
import {
  assigning,
  type CompileContext,
  common,
  compileHandOver,
  nextOf,
  parseState,
  transition,
} from '../common-fields.ts';
import { evaluationOf, type State } from '../state.ts';

const schema = z.strictObject({ Type: z.literal('Pass'), ...common, ...assigning, ...transition });

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-pass.html */
export function compilePassState(name: string, raw: unknown, { assigned }: CompileContext): State {
  const fields = parseState(schema, name, raw);
  const next = nextOf(name, fields);
  const handOver = compileHandOver(fields, next, { place: name, assigned });
  return {
    name,
    type: 'Pass',
    targets: next === undefined ? [] : [next],
    run: (input, frame) => handOver.run(evaluationOf(name, input, frame), frame, input),
  };
}
