import * as z from 'zod/mini';
import { TARGET_KINDS, type TargetKind } from '../target/target.ts';
import type { ActionParams } from './action-definition.ts';
import { LEDGER_PARAMETERS } from './user-document.ts';

const MOST_PARAMETERS = 30;
const MOST_CHARACTERS = 1_000;
const MOST_ITEMS = 50;

const name = z.string().check(z.regex(/^[A-Za-z0-9]{1,64}$/));
const text = z.string().check(z.maxLength(MOST_CHARACTERS));
const limit = (meaning: string) => z.optional(z.int().check(z.nonnegative())).check(z.describe(meaning));

/** What a document is given for its own parameters. */
const documentValues = z
  .record(
    name.check(
      z.refine((key) => !LEDGER_PARAMETERS.some((own) => own === key), {
        error: ({ input }) =>
          `a parameter of your own: Selfheal fills in \`${String(input)}\` wherever a document declares it`,
        params: { code: 'invalid-name' },
      }),
    ),
    z.union([text, z.number(), z.boolean(), z.array(text).check(z.maxLength(MOST_ITEMS))]),
  )
  .check(
    z.refine((given) => Object.keys(given).length <= MOST_PARAMETERS, {
      error: `at most ${MOST_PARAMETERS} parameters`,
    }),
  );

/** One parameter, as the document itself declares it. */
export const acceptedParameter = z.strictObject({
  type: z.string().check(
    z.regex(
      /^(String|StringList|StringMap|MapList|Integer|Boolean|AWS::[A-Za-z0-9:]+|List<AWS::[A-Za-z0-9:]+>)$/,
      {
        error: 'a type of SSM documents, such as `String` or `StringList`',
      },
    ),
    z.describe('Its type, such as `String`, `StringList` or `AWS::IAM::Role::Arn`.'),
  ),
  description: z.optional(z.string()).check(z.describe('For people; not used.')),
  default: z.optional(z.unknown()).check(z.describe('Its default. Without one, a value is required.')),
  allowedPattern: z.optional(z.string()).check(z.describe('What a value must match, in the syntax of RE2.')),
  allowedValues: z.optional(z.array(z.string())).check(z.describe('The only values that are accepted.')),
  minChars: limit('The fewest characters of a value.'),
  maxChars: limit('The most characters of a value.'),
  minItems: limit('The fewest items of a list.'),
  maxItems: limit('The most items of a list.'),
});

/** What an action of the user's does to its targets, as far as Selfheal has to know. */
export const declaredEffect = z
  ._default(z.enum(['none', 'starts', 'stops', 'restarts']), 'restarts')
  .check(
    z.describe(
      'What it does to the component while it works. `restarts` and `stops` wait until enough other targets are healthy.',
    ),
  );

/** The only kinds of targets that an action of the user's is for. */
export const declaredTargetKinds = z
  .optional(z.array(z.enum(TARGET_KINDS)).check(z.minLength(1)))
  .check()
  .check(
    z.describe(
      'The only kinds of targets that it may be used on; a strategy that uses it on another is refused. Default: all.',
    ),
  );

/** @returns every kind, unless `params` name some */
export function namedTargetKinds({ targetKinds }: ActionParams): readonly TargetKind[] {
  return (targetKinds as readonly TargetKind[] | undefined) ?? TARGET_KINDS;
}

/** The `params` that say what a document is given. */
export const documentParams = {
  documentFile: z
    .optional(z.string().check(z.minLength(1)))
    .check(
      z.describe(
        'A file with the document’s content, YAML or JSON, relative to this one: `accepts` is read from it.',
      ),
    ),
  accepts: z
    ._default(z.record(name, acceptedParameter), {})
    .check(
      z.describe(
        'The parameters that the document declares, by name, as it declares them. Every value is checked against them.',
      ),
    ),
  parameters: z._default(documentValues, {}).check(z.describe('The parameters passed to the document.')),
  undoParameters: z
    .optional(documentValues)
    .check(
      z.describe(
        'With these in place of `parameters` of the same names, the document undoes what it did. Default: it cannot be undone.',
      ),
    ),
  effect: declaredEffect,
};

/** The `params` with which a document undoes what it did with those given. */
export function documentUndo({ undoParameters, ...params }: ActionParams): ActionParams | undefined {
  if (undoParameters === undefined) return undefined;
  const parameters = { ...(params['parameters'] as ActionParams), ...(undoParameters as ActionParams) };
  return { ...params, parameters };
}
