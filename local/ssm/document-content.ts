import { parse } from 'yaml';
import * as z from 'zod';
import { SsmError } from './protocol.ts';

const parameterSchema = z.looseObject({
  type: z.enum(['String', 'StringList']),
  default: z.union([z.string(), z.array(z.string())]).optional(),
  allowedPattern: z.string().optional(),
  allowedValues: z.array(z.string()).optional(),
});

const stepSchema = z.looseObject({
  action: z.string(),
  name: z.string(),
  precondition: z.record(z.string(), z.array(z.string())).optional(),
  inputs: z.looseObject({
    timeoutSeconds: z.union([z.string(), z.number()]).optional(),
    runCommand: z.array(z.string()).optional(),
  }),
});

const contentSchema = z.looseObject({
  schemaVersion: z.literal('2.2'),
  description: z.string().optional(),
  parameters: z.record(z.string(), parameterSchema).default({}),
  mainSteps: z.array(stepSchema).min(1),
});

export type DocumentParameter = z.infer<typeof parameterSchema>;
export type DocumentStep = z.infer<typeof stepSchema>;
/** The content of a Command document of schema 2.2, as far as Run Command uses it. */
export type DocumentContent = z.infer<typeof contentSchema>;

const maximumBytes = 64 * 1024;

/**
 * Parses a document's text, JSON or YAML.
 * @throws SsmError `InvalidDocumentContent` if it is no Command document, `MaxDocumentSizeExceeded` over 64 KB.
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
  for (const step of result.data.mainSteps) {
    if (step.action !== 'aws:runShellScript') {
      throw new SsmError(
        'InvalidDocumentContent',
        `this endpoint runs aws:runShellScript only, not ${step.action}`,
      );
    }
  }
  return result.data;
}
