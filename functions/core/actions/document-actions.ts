import * as z from 'zod/mini';
import type { UserDocumentAction } from './action-definition.ts';
import { documentParams, documentUndo } from './document-schema.ts';

/** As SSM names documents; an ARN, or a document that is shared with the account, is not meant. */
const DOCUMENT_NAME = /^[A-Za-z0-9_.-]{3,128}$/;
/** Names that the engine and AWS keep for themselves. */
const RESERVED_NAME = /^(selfheal-|aws|amazon|amzn)/i;

/** Sends a Command document of the user's to hosts. */
export const runDocument: UserDocumentAction = {
  executor: 'user_document',
  type: 'run_document',
  targetKinds: ['host'],
  summary: 'Run your own SSM Command document on the hosts.',
  params: z.strictObject({
    document: z
      .string()
      .check(
        z.regex(DOCUMENT_NAME, {
          error:
            'the name of a Command document of this account and region: letters, digits and _ . -, 3 to 128',
        }),
        z.refine((given) => !RESERVED_NAME.test(given), {
          error:
            'a document of your own: names that begin with `selfheal-`, `aws`, `amazon` or `amzn` are taken',
          params: { code: 'invalid-name' },
        }),
      )
      .check(z.describe('The document’s name.')),
    ...documentParams,
  }),
  needs: [],
  effect: ({ effect }) => effect as ReturnType<UserDocumentAction['effect']>,
  defaultTimeoutSeconds: 60,
  undo: 'run_document',
  undoParams: documentUndo,
};
