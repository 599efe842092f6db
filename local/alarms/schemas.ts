import { z } from 'zod';

/**
 * The properties of an alarm, as CloudWatch's API and CloudFormation spell them. Every object is strict: a property
 * that this local CloudWatch does not honour is refused and never ignored.
 *
 * Source: CloudWatch API reference, PutMetricAlarm and PutCompositeAlarm.
 */
export const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmStateValue = (typeof STATES)[number];

const COMPARISON_OPERATORS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

export const MISSING_DATA_TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type MissingDataTreatment = (typeof MISSING_DATA_TREATMENTS)[number];

const SIMPLE_STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
const SIZE_UNITS = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'] as const;
const BIT_UNITS = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'] as const;
const rates = [...SIZE_UNITS, ...BIT_UNITS, 'Count'].map((unit) => `${unit}/Second`);
const UNITS = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None'],
  ...[...SIZE_UNITS, ...BIT_UNITS, ...rates],
];

export const alarmNameSchema = z
  .string()
  .min(1)
  .max(255)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the API refuses
  .regex(/^[^\u0000-\u001f]+$/, 'must not contain control characters');
const dimensionSchema = z.strictObject({
  Name: z.string().min(1).max(255),
  Value: z.string().min(1).max(1024),
});
export const dimensionsSchema = z.array(dimensionSchema).max(30);
export const metricNameSchema = z.string().min(1).max(255);
export const namespaceSchema = z.string().min(1).max(255).regex(/^[^:]/, 'must not start with a colon');
export const unitSchema = z.enum(UNITS as [string, ...string[]]);
export const simpleStatisticSchema = z.enum(SIMPLE_STATISTICS);
export const percentileSchema = z
  .string()
  .regex(/^p(100(\.0{1,10})?|\d{1,2}(\.\d{1,10})?)$/, 'must be a percentile from p0.0 to p100');
export const periodSchema = z
  .int()
  .refine(
    (seconds) => [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0),
    'must be 1, 5, 10, 20, 30 or a multiple of 60',
  );
const alarmPeriodSchema = periodSchema.refine((seconds) => seconds >= 10, 'must be at least 10 for an alarm');

export const metricQuerySchema = z.strictObject({
  Id: z.string().regex(/^[a-z][A-Za-z0-9_]*$/, 'must start with a lower case letter'),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({
        Namespace: namespaceSchema,
        MetricName: metricNameSchema,
        Dimensions: dimensionsSchema.optional(),
      }),
      Period: periodSchema,
      Stat: z.union([simpleStatisticSchema, percentileSchema], 'must be a simple statistic or a percentile'),
      Unit: unitSchema.optional(),
    })
    .optional(),
  Expression: z.string().min(1).max(2048).optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().optional(),
  Period: periodSchema.optional(),
});
export type MetricQuery = z.infer<typeof metricQuerySchema>;

const actionsSchema = z.array(z.string().min(1).max(1024)).max(5);
const commonSchema = {
  AlarmName: alarmNameSchema,
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().optional(),
  OKActions: actionsSchema.optional(),
  AlarmActions: actionsSchema.optional(),
  InsufficientDataActions: actionsSchema.optional(),
  Tags: z
    .array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
    .max(50)
    .optional(),
};

export const metricAlarmSchema = z.strictObject({
  ...commonSchema,
  MetricName: metricNameSchema.optional(),
  Namespace: namespaceSchema.optional(),
  Dimensions: dimensionsSchema.optional(),
  Statistic: simpleStatisticSchema.optional(),
  ExtendedStatistic: percentileSchema.optional(),
  Unit: unitSchema.optional(),
  Period: alarmPeriodSchema.optional(),
  Metrics: z.array(metricQuerySchema).min(1).max(20).optional(),
  EvaluationPeriods: z.int().min(1),
  DatapointsToAlarm: z.int().min(1).optional(),
  Threshold: z.number(),
  ComparisonOperator: z.enum(COMPARISON_OPERATORS),
  TreatMissingData: z.enum(MISSING_DATA_TREATMENTS).optional(),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).optional(),
});
export type MetricAlarmInput = z.infer<typeof metricAlarmSchema>;

const suppressorPeriodSchema = z.int().min(0);
export const compositeAlarmSchema = z.strictObject({
  ...commonSchema,
  AlarmRule: z.string().min(1).max(10_240),
  ActionsSuppressor: z.string().min(1).max(1600).optional(),
  ActionsSuppressorWaitPeriod: suppressorPeriodSchema.optional(),
  ActionsSuppressorExtensionPeriod: suppressorPeriodSchema.optional(),
});
export type CompositeAlarmInput = z.infer<typeof compositeAlarmSchema>;
