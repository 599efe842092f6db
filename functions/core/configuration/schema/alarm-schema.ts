import * as z from 'zod';
import { SEVERITIES } from '../../signal/severity.ts';
import { durationSeconds } from '../duration.ts';
import { componentName, isWithoutRepetition, metricName, NO_REPETITION } from '../names.ts';
import { dimensions, metricNameText, namespaceText, statistic } from './metric-source-schema.ts';

const severity = z
  .enum(SEVERITIES)
  .default('CRITICAL')
  .describe('The severity of the alert. INFO never heals.');

const PERIODS = [10, 20, 30] as const;
const periodSeconds = z._default(
  durationSeconds({ min: 10, max: 86_400 }).check(
    z.refine((seconds) => seconds % 60 === 0 || PERIODS.some((period) => period === seconds), {
      error: '10, 20 or 30 seconds, or whole minutes',
    }),
  ),
  60,
);

/** CloudWatch accepts no threshold beyond it. */
const LARGEST_THRESHOLD = 2 ** 360;

/** Alarm that Selfheal creates on one metric. */
export const thresholdAlarm = z.strictObject({
  metric: metricName.check(
    z.describe(
      'The name that strategies use. `cpu`, `memory`, `disk` and `status_check` imply their CloudWatch metric; for any other name, set `namespace` and `metricName`.',
    ),
  ),
  threshold: z
    .number()
    .refine((threshold) => Math.abs(threshold) <= LARGEST_THRESHOLD, {
      error: 'a number that CloudWatch accepts, at most 2^360',
      params: { code: 'out-of-range' },
    })
    .describe('The limit, in the unit of the metric.'),
  comparison: z
    .enum(['>', '>=', '<', '<='])
    .default('>=')
    .describe('How the metric compares with the threshold when the component is unhealthy.'),
  namespace: namespaceText.optional().describe('The CloudWatch namespace.'),
  metricName: metricNameText.optional().describe('The CloudWatch metric name.'),
  dimensions: dimensions
    .optional()
    .describe('The CloudWatch dimensions. Without them, a host metric is watched per instance.'),
  perInstance: z
    .boolean()
    .optional()
    .describe(
      'Whether each instance is watched on its own. Default: `true` for a host metric without `dimensions`.',
    ),
  statistic: statistic
    .optional()
    .describe(
      'How the values of a data point become one. Default: Average; p99 for `latency_p99`; Maximum for `status_check` and for `disk`, so that the fullest mount counts.',
    ),
  periodSeconds: periodSeconds.check(
    z.describe(
      'The length of one data point. Default for EC2’s own metrics except status checks, such as `cpu` of hosts: 5m, unless `settings.detailedMonitoring` is set.',
    ),
  ),
  evaluationPeriods: z.int().min(1).max(100).default(3).describe('N: how many data points are evaluated.'),
  datapointsToAlarm: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('M: how many of them must breach the threshold. Default: all N.'),
  missingData: z
    .enum(['missing', 'ignore', 'breaching', 'notBreaching'])
    .default('missing')
    .describe('What a missing data point counts as.'),
  severity,
});

/** Alarm that Selfheal creates over other alarms of the component. */
export const compositeAlarm = z.strictObject({
  metric: metricName.check(z.describe('The name that strategies use.')),
  allOf: z
    .array(componentName)
    .min(2)
    .max(100)
    .refine(isWithoutRepetition, NO_REPETITION)
    .describe('Alarms of this component that must all be in ALARM.'),
  severity,
});

/** Alarm that already exists. */
const adoptedAlarm = z.strictObject({
  adopt: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !name.startsWith('arn:'), { error: 'an alarm’s name, not its ARN' })
    .refine((name) => !/\p{Cc}/u.test(name), { error: 'an alarm’s name, which has no control characters' })
    .refine((name) => !name.includes('*'), {
      error: 'one alarm’s exact name, without a wildcard',
      params: { code: 'wildcard-selector' },
    })
    .describe('The name of the existing alarm.'),
  metric: metricName.check(z.describe('The name that strategies use.')),
  severity,
});

export const alarm = z.union([adoptedAlarm, compositeAlarm, thresholdAlarm], {
  error: 'a mapping with `metric` and one of `threshold`, `allOf` and `adopt`',
});

export type ThresholdAlarm = z.output<typeof thresholdAlarm>;
export type CompositeAlarm = z.output<typeof compositeAlarm>;
export type Alarm = z.output<typeof alarm>;
