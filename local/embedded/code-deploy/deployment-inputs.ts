import * as z from 'zod';

const names = { applicationName: z.string(), deploymentGroupName: z.string() };

export const listInput = z.strictObject({
  ...names,
  createTimeRange: z.object({ start: z.date().optional(), end: z.date().optional() }).optional(),
  nextToken: z.string().optional(),
});

export const batchInput = z.strictObject({ deploymentIds: z.array(z.string()).min(1).max(25) });

export const idInput = z.strictObject({ deploymentId: z.string() });

export const revisionInput = z.strictObject({
  applicationName: z.string(),
  revision: z.strictObject({
    revisionType: z.literal('AppSpecContent'),
    appSpecContent: z.strictObject({ sha256: z.string() }),
  }),
});

export const createInput = z.strictObject({
  ...names,
  revision: z.record(z.string(), z.unknown()),
  description: z.string().max(256).default(''),
  overrideAlarmConfiguration: z.strictObject({ enabled: z.boolean() }).default({ enabled: true }),
  autoRollbackConfiguration: z.strictObject({ enabled: z.boolean() }).default({ enabled: true }),
  fileExistsBehavior: z.enum(['DISALLOW', 'OVERWRITE', 'RETAIN']).optional(),
});

export const stopInput = z.strictObject({
  deploymentId: z.string(),
  autoRollbackEnabled: z.boolean().optional(),
});
