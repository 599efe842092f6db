import * as z from 'zod/mini';
import { functionName } from '../configuration/declared-names.ts';
import { TARGET_KINDS } from '../target/target.ts';
import type { FunctionAction } from './action-definition.ts';
import {
  acceptedParameter,
  declaredEffect,
  declaredTargetKinds,
  namedTargetKinds,
} from './document-schema.ts';

/** How long a function may take that answers when all is done. */
const MOST_ANSWER_SECONDS = 45;
const MOST_PARAMETERS = 30;
const MOST_CHARACTERS = 1_000;

const value = z.union([z.string().check(z.maxLength(MOST_CHARACTERS)), z.number(), z.boolean()]);

/** One parameter of a function, and what its values may be. */
const acceptedByFunction = z.extend(z.omit(acceptedParameter, { minItems: true, maxItems: true }), {
  type: z.enum(['String', 'Number', 'Integer', 'Boolean']).check(z.describe('The type of its values.')),
});
export type AcceptedByFunction = z.output<typeof acceptedByFunction>;

const parameterName = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/));

/** Asks a user's function to do something and, if the configuration says that it can, to undo it later. */
export const invokeFunction: FunctionAction = {
  executor: 'function',
  type: 'invoke_function',
  targetKinds: TARGET_KINDS,
  targetKindsWith: namedTargetKinds,
  summary: 'Invoke your own Lambda function.',
  params: z.strictObject({
    function: functionName.check(z.describe('The function’s name, with or without an alias.')),
    parameters: z
      ._default(
        z.record(parameterName, value).check(
          z.refine((parameters) => Object.keys(parameters).length <= MOST_PARAMETERS, {
            error: `at most ${MOST_PARAMETERS} parameters`,
          }),
        ),
        {},
      )
      .check(z.describe('Passed to the function: texts, numbers, `true` and `false`.')),
    accepts: z
      .optional(z.record(parameterName, acceptedByFunction))
      .check(
        z.describe(
          'The parameters that the function accepts, by name. Every value is checked against them before anything is deployed. Default: anything is passed.',
        ),
      ),
    effect: declaredEffect,
    targetKinds: declaredTargetKinds,
    lasting: z
      .optional(z.boolean())
      .check(
        z.describe(
          '`true`: the function may answer that it has started something, and is then asked about it until that ends. It must know the phases `inspect` and `cancel`. Default: `false`.',
        ),
      ),
    rollsChangeBack: z
      .optional(z.boolean())
      .check(
        z.describe(
          '`true`: the function rolls back the suspected change, whose id it receives as `change`. It may then be invoked while that change is in progress. Default: `false`.',
        ),
      ),
    phase: z
      ._default(z.enum(['do', 'undo']), 'do')
      .check(z.describe('`undo`: ask the function to undo what it did, in `rollback.actions`.')),
    undo: z
      ._default(z.boolean(), false)
      .check()
      .check(
        z.describe('`true`: the function can undo what it did, and is asked to when a repair is undone.'),
      ),
  }),
  needs: [],
  effect: ({ effect }) => effect as ReturnType<FunctionAction['effect']>,
  rollsChangeBack: ({ rollsChangeBack }) => (rollsChangeBack === true ? 'any' : undefined),
  defaultTimeoutSeconds: 30,
  // The function that waits for the answer has a minute.
  maximumSecondsWith: ({ lasting }) => (lasting === true ? undefined : MOST_ANSWER_SECONDS),
  undo: 'invoke_function',
  undoParams: (params) =>
    params['undo'] === true && params['phase'] === 'do' ? { ...params, phase: 'undo' } : undefined,
  undoes: (params, done) =>
    params['phase'] === 'undo' && done['phase'] === 'do' && params['function'] === done['function'],
};
