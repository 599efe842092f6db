import * as z from 'zod';
import { SEVERITIES } from '../signal/severity.ts';
import { durationSeconds } from './duration.ts';
import { componentName, isWithoutRepetition, metricName, NO_REPETITION } from './names.ts';

const severity = z.enum(SEVERITIES).default('CRITICAL').describe('How bad it is. INFO never heals.');

const PERIODS = [10, 20, 30] as const;
const periodSeconds = durationSeconds({ min: 10, max: 86_400 })
  .refine((seconds) => seconds % 60 === 0 || PERIODS.some((period) => period === seconds), {
    error: '10, 20 or 30 seconds, or whole minutes',
  })
  .default(60);

const dimension = z.string().min(1).max(1024);

/** Alarm that Selfheal creates over one metric. */
export const thresholdAlarm = z.strictObject({
  metric: metricName.describe(
    'What strategies call it. `cpu`, `memory`, `disk` and `status_check` know their CloudWatch metric; others name it.',
  ),
  threshold: z.number().describe('The limit; its unit is the metric’s.'),
  comparison: z
    .enum(['>', '>=', '<', '<='])
    .default('>=')
    .describe('Bad when the metric is … the threshold.'),
  namespace: z.string().min(1).max(255).optional().describe('CloudWatch namespace.'),
  metricName: z.string().min(1).max(255).optional().describe('CloudWatch metric name.'),
  dimensions: z
    .record(z.string().min(1).max(255), dimension)
    .optional()
    .describe('CloudWatch dimensions. Without them, a host metric is watched per instance.'),
  perInstance: z
    .boolean()
    .optional()
    .describe('Watches each instance by itself. Default: for a host metric without `dimensions`.'),
  statistic: z
    .string()
    .regex(/^(Average|Sum|Minimum|Maximum|SampleCount|p(\d{1,2}(\.\d{1,2})?|100))$/, {
      error: 'Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99',
    })
    .optional()
    .describe(
      'Default: Average; p99 for `latency_p99`; Maximum for `status_check` and `disk`, whose fullest mount counts.',
    ),
  periodSeconds: periodSeconds.describe('Length of one data point.'),
  evaluationPeriods: z.int().min(1).max(100).default(3).describe('N: how many points are looked at.'),
  datapointsToAlarm: z.int().min(1).max(100).optional().describe('M: how many must be bad. Default: all N.'),
  missingData: z
    .enum(['missing', 'ignore', 'breaching', 'notBreaching'])
    .default('missing')
    .describe('What a missing point counts as.'),
  severity,
});

/** Alarm that Selfheal creates over other alarms of the component. */
export const compositeAlarm = z.strictObject({
  metric: metricName.describe('What strategies call it.'),
  allOf: z
    .array(componentName)
    .min(2)
    .max(100)
    .refine(isWithoutRepetition, NO_REPETITION)
    .describe('Alarms of this component that must all be in ALARM.'),
  severity,
});

/** Alarm that exists already. */
const adoptedAlarm = z.strictObject({
  adopt: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !name.includes('*'), {
      error: 'one alarm’s exact name, without a wildcard',
      params: { code: 'wildcard-selector' },
    })
    .describe('Name of the existing alarm.'),
  metric: metricName.describe('What strategies call it.'),
  severity,
});

export const alarm = z.union([adoptedAlarm, compositeAlarm, thresholdAlarm], {
  error: 'a mapping with `metric` and one of `threshold`, `allOf` and `adopt`',
});

export type ThresholdAlarm = z.output<typeof thresholdAlarm>;
export type CompositeAlarm = z.output<typeof compositeAlarm>;
export type Alarm = z.output<typeof alarm>;
