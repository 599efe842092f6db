import * as z from 'zod';
import { SsmError } from './protocol.ts';

/*
 * The requests that the API accepts, by operation: the bounds of its reference, which a contract test compares with
 * AWS's own model. Strict: what this endpoint would not honour, such as AlarmConfiguration, is refused rather than
 * ignored. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html
 */

const instanceId = z.string().regex(/^(i-(\w{8}|\w{17})|mi-\w{17})$/);
const instanceIds = z.array(instanceId).max(50).default([]);
const commandId = z.string().length(36);
const documentName = z.string().regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/);
const documentVersion = z.string().regex(/^([$]LATEST|[$]DEFAULT|[1-9][0-9]*)$/);
const maxResults = z.int().min(1).max(50).default(50);
const nextToken = z.string().default('0');

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export const sendCommandRequest = z.strictObject({
  DocumentName: documentName,
  DocumentVersion: documentVersion.default('$DEFAULT'),
  InstanceIds: instanceIds,
  Targets: z
    .array(
      z.strictObject({
        Key: z
          .string()
          .min(1)
          .max(163)
          .regex(/^[\p{L}\p{Z}\p{N}_.:/=\-@]*$/u),
        Values: z.array(z.string()).max(50),
      }),
    )
    .max(5)
    .default([]),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
  TimeoutSeconds: z.int().min(30).max(2_592_000).default(3600),
  Comment: z.string().max(100).default(''),
  MaxConcurrency: z
    .string()
    .max(7)
    .regex(/^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/)
    .default('50'),
  MaxErrors: z
    .string()
    .max(7)
    .regex(/^([1-9][0-9]*|0|[1-9][0-9]%|[0-9]%|100%)$/)
    .default('0'),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html */
export const cancelCommandRequest = z.strictObject({ CommandId: commandId, InstanceIds: instanceIds });

const filter = z.strictObject({
  key: z.enum(['InvokedAfter', 'InvokedBefore', 'Status', 'ExecutionStage', 'DocumentName']),
  value: z.string().min(1).max(128),
});
export type CommandFilter = z.infer<typeof filter>;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html */
export const listCommandsRequest = z.strictObject({
  CommandId: commandId.optional(),
  InstanceId: instanceId.optional(),
  MaxResults: maxResults,
  NextToken: nextToken,
  Filters: z.array(filter).min(1).max(5).optional(),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html */
export const listCommandInvocationsRequest = listCommandsRequest.extend({
  Details: z.boolean().default(false),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
export const getCommandInvocationRequest = z.strictObject({
  CommandId: commandId,
  InstanceId: instanceId,
  PluginName: z.string().min(4).optional(),
});

const content = z.string().min(1);
const documentFormat = z.enum(['JSON', 'YAML']).default('JSON');
const ownDocumentName = z.string().regex(/^[a-zA-Z0-9_\-.]{3,128}$/);

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html */
export const createDocumentRequest = z.strictObject({
  Name: ownDocumentName,
  Content: content,
  DocumentType: z.literal('Command').default('Command'),
  DocumentFormat: documentFormat,
  Tags: z
    .array(
      z.strictObject({
        Key: z
          .string()
          .min(1)
          .max(128)
          .regex(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u),
        Value: z
          .string()
          .max(256)
          .regex(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u),
      }),
    )
    .max(1000)
    .default([]),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocument.html */
export const updateDocumentRequest = z.strictObject({
  Name: ownDocumentName,
  Content: content,
  DocumentFormat: documentFormat,
  DocumentVersion: documentVersion.optional(),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocumentDefaultVersion.html */
export const updateDefaultVersionRequest = z.strictObject({
  Name: ownDocumentName,
  DocumentVersion: z.string().regex(/^[1-9][0-9]*$/),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocument.html */
export const describeDocumentRequest = z.strictObject({
  Name: documentName,
  DocumentVersion: documentVersion.optional(),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html */
export const getDocumentRequest = z.strictObject({
  Name: documentName,
  DocumentVersion: documentVersion.optional(),
  DocumentFormat: z.enum(['JSON', 'YAML']).optional(),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteDocument.html */
export const deleteDocumentRequest = z.strictObject({ Name: ownDocumentName });

/** @throws SsmError `ValidationException` */
export function readRequest<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new SsmError('ValidationException', z.prettifyError(parsed.error));
  return parsed.data;
}

const executionId = z.string().length(36);

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html */
export const startAutomationExecutionRequest = z.strictObject({
  DocumentName: z.string().regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/),
  DocumentVersion: documentVersion.optional(),
  Parameters: z
    .record(z.string().min(1).max(50), z.array(z.string().max(10_000)).max(50))
    .refine((parameters) => Object.keys(parameters).length <= 200)
    .default({}),
  ClientToken: z
    .string()
    .regex(/^[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}$/)
    .optional(),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetAutomationExecution.html */
export const getAutomationExecutionRequest = z.strictObject({ AutomationExecutionId: executionId });

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StopAutomationExecution.html */
export const stopAutomationExecutionRequest = z.strictObject({
  AutomationExecutionId: executionId,
  Type: z.enum(['Complete', 'Cancel']).default('Cancel'),
});
