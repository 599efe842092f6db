import * as z from 'zod';

export const functionInput = z.object({ FunctionName: z.string() });
export const aliasInput = functionInput.extend({ Name: z.string() });
export const updateAliasInput = aliasInput.extend({
  FunctionVersion: z.string().optional(),
  Description: z.string().optional(),
  RoutingConfig: z
    .object({ AdditionalVersionWeights: z.record(z.string(), z.number().min(0).max(1)).optional() })
    .optional(),
  RevisionId: z.string().optional(),
});
export const listInput = functionInput.extend({
  Marker: z.string().optional(),
  MaxItems: z.int().min(1).optional(),
});
export const configurationInput = functionInput.extend({ Qualifier: z.string().optional() });
export const configureInput = functionInput.extend({
  MemorySize: z.int().min(128).max(10_240).optional(),
  Timeout: z.int().min(1).max(900).optional(),
  TracingConfig: z.object({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
  LoggingConfig: z.record(z.string(), z.string()).optional(),
  RevisionId: z.string().optional(),
});
export const publishInput = functionInput.extend({
  RevisionId: z.string().optional(),
  Description: z.string().optional(),
});
export const qualifiedInput = functionInput.extend({ Qualifier: z.string() });
export const provisionInput = qualifiedInput.extend({ ProvisionedConcurrentExecutions: z.int().min(1) });
export const concurrencyInput = functionInput.extend({ ReservedConcurrentExecutions: z.int().min(0) });
