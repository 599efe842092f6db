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
import { compileInteger, compileTemplate, isExpression } from '../expressions/template.ts';
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
/** RFC 3339, with an upper-case T, and an upper-case Z where there is no offset. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

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
  if (timestamp !== undefined && !isExpression(timestamp) && !isTimestamp(Timestamp))
    throw new InvalidDefinition(notATime(name, Timestamp));
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
  if (!isTimestamp(timestamp)) throw new StateError('States.QueryEvaluationError', notATime(name, timestamp));
  return Math.max(0, (Date.parse(timestamp) - nowMs) / 1_000);
}

function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value));
}

function notATime(name: string, value: unknown): string {
  return `${name}.Timestamp: ${JSON.stringify(value)} is not a time such as 2026-11-22T13:00:00Z`;
}
