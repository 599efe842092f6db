import * as z from 'zod';
import { dimensions, metricNameText, namespaceText } from './metric-source-schema.ts';

const metric = {
  namespace: namespaceText.describe('The CloudWatch namespace.'),
  metricName: metricNameText.describe('The CloudWatch metric name.'),
  dimensions: dimensions.default({}).describe('The CloudWatch dimensions.'),
};

/** What a component answered, as CloudWatch has it minute by minute. */
export const traffic = z
  .strictObject({
    requests: z.strictObject(metric).describe('Requests that the component answered: their sum is read.'),
    failures: z
      .strictObject(metric)
      .optional()
      .describe('Those of them that failed: their sum is read, and none counts as 0.'),
    latency: z
      .strictObject({
        ...metric,
        unit: z
          .enum(['seconds', 'milliseconds'])
          .default('seconds')
          .describe('The unit of the metric: components are compared in seconds.'),
      })
      .optional()
      .describe('How long they took: the average is read.'),
  })
  .refine(({ failures, latency }) => failures !== undefined || latency !== undefined, {
    error: '`failures`, `latency` or both beside `requests`',
  });

export type Traffic = z.output<typeof traffic>;
