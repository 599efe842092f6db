import * as z from 'zod/mini';
import type { ActionParams, UserDocumentAction } from './action-definition.ts';
import { LEDGER_PARAMETERS } from './user-document.ts';

const MOST_PARAMETERS = 30;
const MOST_CHARACTERS = 1_000;
const MOST_ITEMS = 50;

/** As SSM names documents; an ARN, or a document that is shared with the account, is not meant. */
const DOCUMENT_NAME = /^[A-Za-z0-9_.-]{3,128}$/;
/** Names that the engine and AWS keep for themselves. */
const RESERVED_NAME = /^(selfheal-|aws|amazon|amzn)/i;

const name = z.string().check(z.regex(/^[A-Za-z0-9]{1,64}$/));
const text = z.string().check(z.maxLength(MOST_CHARACTERS));
const limit = z.optional(z.int().check(z.nonnegative()));

const values = z
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
  type: z.enum(['String', 'StringList']),
  description: z.optional(z.string()),
  default: z.optional(z.union([z.string(), z.array(z.string())])),
  allowedPattern: z.optional(z.string()),
  allowedValues: z.optional(z.array(z.string())),
  minChars: limit,
  maxChars: limit,
  minItems: limit,
  maxItems: limit,
});

/** Sends a Command document of the user's to hosts. */
export const runDocument: UserDocumentAction = {
  executor: 'user_document',
  type: 'run_document',
  targetKinds: ['host'],
  summary: 'Run your own SSM Command document on the hosts.',
  params: z.strictObject({
    document: z.string().check(
      z.regex(DOCUMENT_NAME, {
        error:
          'the name of a Command document of this account and region: letters, digits and _ . -, 3 to 128',
      }),
      z.refine((given) => !RESERVED_NAME.test(given), {
        error:
          'a document of your own: names that begin with `selfheal-`, `aws`, `amazon` or `amzn` are taken',
        params: { code: 'invalid-name' },
      }),
      z.describe('The document’s name.'),
    ),
    documentFile: z
      .optional(z.string().check(z.minLength(1)))
      .check(
        z.describe(
          'A file with the document’s content, YAML or JSON, relative to this one. `accepts` is read from it. Under `actions` only.',
        ),
      ),
    accepts: z
      ._default(z.record(name, acceptedParameter), {})
      .check(
        z.describe(
          'The parameters that the document declares, by name, as it declares them. Every value is checked against them.',
        ),
      ),
    parameters: z._default(values, {}).check(z.describe('What the document is sent.')),
    undoParameters: z
      .optional(values)
      .check(
        z.describe(
          'With these in place of `parameters` of the same names, the document undoes what it did. Default: it cannot be undone.',
        ),
      ),
    effect: z
      ._default(z.enum(['none', 'starts', 'stops', 'restarts']), 'restarts')
      .check(
        z.describe(
          'What it does to the component while it works. `restarts` and `stops` wait until enough other targets are healthy.',
        ),
      ),
  }),
  needs: [],
  effect: ({ effect }) => effect as ReturnType<UserDocumentAction['effect']>,
  defaultTimeoutSeconds: 60,
  undo: 'run_document',
  undoParams: ({ undoParameters, ...params }) =>
    undoParameters === undefined
      ? undefined
      : {
          ...params,
          parameters: { ...(params['parameters'] as ActionParams), ...(undoParameters as ActionParams) },
        },
};
