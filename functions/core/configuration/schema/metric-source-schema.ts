import * as z from 'zod';

/** The names and values of dimensions that CloudWatch accepts. */
const dimensionText = (maximum: number) =>
  z
    .string()
    .min(1)
    .max(maximum)
    .regex(/^(?!:)(?=.*[!-~])[ -~]+$/, { error: 'plain ASCII characters, without a colon at the beginning' });
const dimensionName = dimensionText(255).refine((name) => name.toLowerCase() !== 'aws.accountid', {
  error: 'the name of a dimension: this one works in queries only',
});
const DIMENSIONS_AT_MOST = 30;

export const dimensions = z
  .record(dimensionName, dimensionText(1_024))
  .refine((values) => Object.keys(values).length <= DIMENSIONS_AT_MOST, {
    error: `at most ${DIMENSIONS_AT_MOST} dimensions`,
  });

export const namespaceText = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^:]/, { error: 'a namespace without a colon at the beginning' });

export const metricNameText = z.string().min(1).max(255);

export const statistic = z
  .string()
  .regex(/^(Average|Sum|Minimum|Maximum|SampleCount|p(\d{1,2}(\.\d{1,2})?|100))$/, {
    error: 'Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99',
  });
