import * as z from 'zod/mini';
import { TARGET_KINDS } from '../target/target.ts';
import type { AutomationAction } from './action-definition.ts';
import { declaredTargetKinds, documentParams, documentUndo, namedTargetKinds } from './document-schema.ts';
import { ROLE_ARN } from './value-rules.ts';

/** As SSM names documents; AWS's own begin with `AWS`. */
const DOCUMENT_NAME = /^[A-Za-z0-9_.-]{3,128}$/;
const VERSION = /^(\$DEFAULT|\$LATEST|[1-9][0-9]{0,7})$/;

/** Starts an Automation of Systems Manager, of AWS's documents or the user's. */
export const runAutomation: AutomationAction = {
  executor: 'automation',
  type: 'run_automation',
  targetKinds: TARGET_KINDS,
  targetKindsWith: namedTargetKinds,
  summary: 'Run an SSM Automation document, AWS’s or your own.',
  params: z.strictObject({
    document: z
      .string()
      .check(
        z.regex(DOCUMENT_NAME, {
          error:
            'the name of an Automation document of AWS or of this account and region: letters, digits and _ . -, 3 to 128',
        }),
      )
      .check(z.describe('The document’s name.')),
    version: z
      ._default(
        z
          .string()
          .check(z.regex(VERSION, { error: 'the number of a version as text, `$DEFAULT` or `$LATEST`' })),
        '$DEFAULT',
      )
      .check(z.describe('The document’s version.')),
    role: z
      .optional(
        z.string().check(
          z.regex(ROLE_ARN, {
            error: 'the ARN of a role, such as arn:aws:iam::123456789012:role/automation',
          }),
        ),
      )
      .check()
      .check(
        z.describe(
          'The role under which the automation runs, for its parameter `AutomationAssumeRole`. Default: that of the function `selfheal-act`, which has hardly any permissions.',
        ),
      ),
    targetsParameter: z
      .optional(z.string().check(z.regex(/^[A-Za-z0-9]{1,64}$/)))
      .check()
      .check(
        z.describe(
          'The parameter that receives the targets’ ids: a list, or a single one for a component that is repaired one target at a time. Default: the document does not receive them.',
        ),
      ),
    ...documentParams,
    targetKinds: declaredTargetKinds,
  }),
  needs: [],
  effect: ({ effect }) => effect as ReturnType<AutomationAction['effect']>,
  defaultTimeoutSeconds: 180,
  undo: 'run_automation',
  undoParams: documentUndo,
};
