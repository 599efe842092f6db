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
import { InvalidDefinition, StateError } from '../errors.ts';
import { compileInteger, compileTemplate } from '../expressions/template.ts';
import { evaluationOf, type State } from '../state.ts';

const schema = z.strictObject({
  Type: z.literal('Wait'),
  ...common,
  ...assigning,
  ...transition,
  Seconds: z.union([z.int(), z.string()]).optional(),
  Timestamp: z.string().optional(),
});

const SECONDS = { minimum: 0, maximum: 99_999_999 } as const;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
export function compileWaitState(name: string, raw: unknown, { assigned }: CompileContext): State {
  const fields = parseState(schema, name, raw);
  const { Seconds, Timestamp } = fields;
  const next = nextOf(name, fields);
  if ((Seconds === undefined) === (Timestamp === undefined))
    throw new InvalidDefinition(`${name}: needs either Seconds or Timestamp`);
  const handOver = compileHandOver(fields, next, { place: name, assigned });
  const seconds =
    Seconds === undefined
      ? undefined
      : compileInteger(Seconds, SECONDS, { place: `${name}.Seconds`, assigned });
  const timestamp =
    Timestamp === undefined
      ? undefined
      : compileTemplate(Timestamp, { place: `${name}.Timestamp`, assigned });
  return {
    name,
    type: 'Wait',
    targets: next === undefined ? [] : [next],
    run: async (input, frame) => {
      const evaluation = evaluationOf(name, input, frame);
      const wanted = await (seconds ?? timestamp)?.evaluate(evaluation);
      const delay =
        seconds === undefined ? secondsUntil(name, wanted, frame.execution.nowMs()) : Number(wanted);
      await frame.execution.sleep(frame.waits, delay);
      return await handOver.run(evaluation, frame, input);
    },
  };
}

function secondsUntil(name: string, timestamp: unknown, nowMs: number): number {
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) {
    throw new StateError(
      'States.QueryEvaluationError',
      `${name}.Timestamp: ${JSON.stringify(timestamp)} is no time like 2026-11-22T13:00:00Z`,
    );
  }
  return Math.max(0, (Date.parse(timestamp) - nowMs) / 1_000);
}
