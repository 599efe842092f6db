import { parse } from 'yaml';
import * as z from 'zod';
import { patternFault } from '../../functions/core/actions/document-parameter.ts';
import { SsmError } from './protocol.ts';

// Strict throughout: properties that AWS would honour and this endpoint would not, such as onFailure, are refused
// rather than ignored.
const limit = z.int().min(0).optional();

// The agent fails every command of a document with a pattern that RE2 refuses, without any output. Here the document is
// refused, so that a test shows why.
const parameterSchema = z.strictObject({
  type: z.enum(['String', 'StringList']),
  description: z.string().optional(),
  default: z.union([z.string(), z.array(z.string())]).optional(),
  allowedPattern: z
    .string()
    .refine((pattern) => patternFault(pattern) === undefined, {
      error: ({ input }) => `allowedPattern ${String(input)}: ${patternFault(String(input))}`,
    })
    .optional(),
  allowedValues: z.array(z.string()).optional(),
  minChars: limit,
  maxChars: limit,
  minItems: limit,
  maxItems: limit,
});

const stepSchema = z.strictObject({
  action: z.literal('aws:runShellScript'),
  name: z.string(),
  precondition: z.strictObject({ StringEquals: z.tuple([z.string(), z.string()]) }).optional(),
  inputs: z.strictObject({
    timeoutSeconds: z.union([z.string(), z.number()]).optional(),
    runCommand: z.array(z.string()),
  }),
});

const contentSchema = z.strictObject({
  schemaVersion: z.literal('2.2'),
  description: z.string().optional(),
  // The agent drops parameters of other names (agent/framework/docparser/parameters).
  parameters: z.record(z.string().regex(/^[a-zA-Z0-9]+$/), parameterSchema).default({}),
  mainSteps: z.array(stepSchema).min(1),
});

export type DocumentParameter = z.infer<typeof parameterSchema>;
export type DocumentStep = z.infer<typeof stepSchema>;
/** The content of a Command document of schema 2.2, as far as Run Command uses it. */
export type DocumentContent = z.infer<typeof contentSchema>;

const maximumBytes = 64 * 1024;

/**
 * Parses a document's text, JSON or YAML.
 * @throws SsmError `InvalidDocumentContent` if it is not a Command document or has a field that this endpoint does not
 * honour, `MaxDocumentSizeExceeded` over 64 KB.
 */
export function parseDocumentContent(text: string, format: string): DocumentContent {
  if (Buffer.byteLength(text) > maximumBytes) {
    throw new SsmError('MaxDocumentSizeExceeded', 'The size limit of a document is 64 KB.');
  }
  let raw: unknown;
  try {
    raw = format === 'YAML' ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw new SsmError('InvalidDocumentContent', `The content is not valid ${format}: ${String(error)}`);
  }
  const result = contentSchema.safeParse(raw);
  if (!result.success) throw new SsmError('InvalidDocumentContent', z.prettifyError(result.error));
  return result.data;
}
