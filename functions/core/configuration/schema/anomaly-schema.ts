import * as z from 'zod';
import { DIRECTIONS } from '../../detection/detector.ts';
import { DETECTOR_NAMES } from '../../detection/detectors.ts';
import { durationSeconds } from '../duration.ts';
import { metricName } from '../names.ts';
import { dimensions, metricNameText, namespaceText, statistic } from './metric-source-schema.ts';
import { threshold } from './threshold-schema.ts';

/** What happens at an anomaly of a tier. */
export const TIER_RESPONSES = ['ignore', 'notify', 'signal'] as const;
export type TierResponse = (typeof TIER_RESPONSES)[number];

/** The error types that alerts may carry. */
const ERROR_TYPES = [
  'MEMORY_LEAK',
  'CPU_SPIKE',
  'NETWORK_TIMEOUT',
  'DATABASE_CONNECTION',
  'API_FAILURE',
  'DEPLOYMENT_FAILURE',
  'CONFIGURATION_ERROR',
  'DEPENDENCY_FAILURE',
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

const HOUR_SECONDS = 3_600;
const SUB_MINUTE_PERIODS = [10, 20, 30] as const;
const periodSeconds = z._default(
  durationSeconds({ min: 10, max: HOUR_SECONDS }).check(
    z.refine(
      (seconds) =>
        SUB_MINUTE_PERIODS.some((period) => period === seconds) ||
        (seconds % 60 === 0 && HOUR_SECONDS % seconds === 0),
      { error: '10, 20 or 30 seconds, or whole minutes that divide an hour, such as 1m, 5m or 15m' },
    ),
  ),
  300,
);

/** One metric of an expression. */
const expressionMetric = z.strictObject({
  namespace: namespaceText.describe('The CloudWatch namespace.'),
  metricName: metricNameText.describe('The CloudWatch metric name.'),
  dimensions: dimensions.default({}).describe('The CloudWatch dimensions.'),
  statistic: statistic.default('Average').describe('The statistic of each data point.'),
});

/** The names by which an expression refers to its metrics. */
const expressionId = z.string().regex(/^[a-z][A-Za-z0-9_]{0,62}$/, {
  error: 'a lower-case letter, then letters, digits or `_`, 63 at most',
});
/** With its metrics, an expression is part of one GetMetricData call. */
const EXPRESSION_METRICS_AT_MOST = 10;
const EXPRESSION_CHARACTERS = 1_024;
/** Each row takes some thousand multiplications, and more series in one distance say little of each. */
const JOINT_AT_MOST = 8;

const response = (standard: TierResponse) => z.enum(TIER_RESPONSES).default(standard);

const tiers = z.strictObject({
  medium: response('notify').describe('What a MEDIUM anomaly does.'),
  high: response('notify').describe('What a HIGH anomaly does.'),
  critical: response('signal').describe('What a CRITICAL anomaly does.'),
});

/** A series that is watched for anomalies. */
export const anomaly = z.strictObject({
  metric: z.optional(metricName).describe('The name that strategies use. Default: the key of this entry.'),
  namespace: namespaceText.optional().describe('The CloudWatch namespace.'),
  metricName: metricNameText.optional().describe('The CloudWatch metric name.'),
  dimensions: dimensions
    .optional()
    .describe(
      'The CloudWatch dimensions. Without them, `cpu`, `memory`, `disk` and `status_check` are watched per instance of `instanceIds`.',
    ),
  statistic: statistic
    .optional()
    .describe(
      'How the values of a data point become one. Default: Average; p99 for `latency_p99`; Maximum for `status_check` and `disk`.',
    ),
  expression: z
    .string()
    .min(1)
    .max(EXPRESSION_CHARACTERS)
    .optional()
    .describe('A metric math expression over `metrics`, such as `100 * errors / requests`.'),
  metrics: z
    .record(expressionId, expressionMetric)
    .refine((metrics) => Object.keys(metrics).length <= EXPRESSION_METRICS_AT_MOST, {
      error: `at most ${EXPRESSION_METRICS_AT_MOST} metrics`,
    })
    .optional()
    .describe('The metrics of `expression`, by the names that it uses.'),
  periodSeconds: periodSeconds.check(
    z.describe('The length of one data point. Below a minute, the metric must have high resolution.'),
  ),
  detector: z
    .enum(DETECTOR_NAMES)
    .default('seasonal')
    .describe('How anomalies are detected: see [Detection](detection.md).'),
  of: z
    .array(z.string().min(1))
    .min(2)
    .max(JOINT_AT_MOST)
    .optional()
    .describe(
      'The series of the same component that `detector: joint` watches together: entries under `anomalies`, `monitor/NAME` for entries under `monitors`, and `profile/COLUMN` for what its profile measures.',
    ),
  options: z
    .record(z.string(), z.number())
    .default({})
    .describe('Options of the detector, such as `sensitivity: 0.7`: see [Detection](detection.md).'),
  threshold: threshold
    .optional()
    .describe('The levels of `detector: threshold`. Default: those of its metric in `settings.thresholds`.'),
  followChanges: z
    .boolean()
    .optional()
    .describe(
      'Whether deployments and changes of configuration make the baseline follow, if the component has `changes`. Default: `true`; `false` for `trend`, which would have to learn for three days again.',
    ),
  direction: z
    .enum(DIRECTIONS)
    .optional()
    .describe(
      'Which deviations count. Default: `above` for latencies, errors, `cpu`, `memory`, `disk`, `status_check`, `duration`, `throttles`, `disk_queue` and `replica_lag`; `below` for `throughput`, `hit_rate` and what is free; otherwise `both`.',
    ),
  counter: z
    .boolean()
    .default(false)
    .describe('`true`: the values only grow until they are reset, and the rate per second is watched.'),
  unit: z.string().min(1).max(20).optional().describe('The unit of the values, for messages.'),
  errorType: z
    .enum(ERROR_TYPES)
    .optional()
    .describe('The error type of its alerts. Default: by the metric, such as `CPU_SPIKE` for `cpu`.'),
  tiers: tiers
    .prefault({})
    .describe(
      'What happens at an anomaly of each tier. `notify`: the architect is notified, and a `Selfheal Signal` of severity INFO is sent, which never heals. `signal`: a `Selfheal Signal` is sent that strategies answer: CRITICAL for the tier CRITICAL, otherwise WARNING.',
    ),
  learningSeconds: z
    ._default(durationSeconds({ min: HOUR_SECONDS, max: 30 * 86_400 }), 86_400)
    .describe(
      'How much of a series is learned before it may be called anomalous. `threshold` learns nothing.',
    ),
  observationSeconds: z
    ._default(durationSeconds({ min: 0, max: 90 * 86_400 }), 7 * 86_400)
    .describe(
      'How old a baseline must be before `signal` signals. Until then it notifies. `threshold` has none.',
    ),
});

export type Anomaly = z.output<typeof anomaly>;
export type AnomalyTiers = Anomaly['tiers'];
