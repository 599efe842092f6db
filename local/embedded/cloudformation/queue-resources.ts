import * as z from 'zod';

export const queueSchema = z.strictObject({
  VisibilityTimeout: z.int().min(0).max(43_200).default(30),
  MessageRetentionPeriod: z.int().min(60).max(1_209_600).default(345_600),
  SqsManagedSseEnabled: z.boolean().optional(),
  Tags: z.unknown().optional(),
});

/** A function that receives from a queue: one message at a time, and a few times at a time. */
export const eventSourceSchema = z.strictObject({
  EventSourceArn: z.string().startsWith('arn:aws:sqs:'),
  FunctionName: z.string(),
  BatchSize: z.literal(1),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.int().min(2).max(1_000) }),
  Tags: z.unknown().optional(),
});
