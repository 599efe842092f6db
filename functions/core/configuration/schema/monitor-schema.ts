import * as z from 'zod';
import { DETECTOR_NAMES } from '../../detection/detectors.ts';
import { functionName } from '../declared-names.ts';
import { durationSeconds } from '../duration.ts';
import { httpUrl } from '../http-url.ts';
import { anomaly } from './anomaly-schema.ts';
import { statistic } from './metric-source-schema.ts';

const { metric, periodSeconds, options, threshold, followChanges } = anomaly.shape;
const { direction, counter, unit, errorType, tiers, learningSeconds, observationSeconds } = anomaly.shape;

/** Those of a single series. */
const detector = z
  .enum(DETECTOR_NAMES.filter((name) => name !== 'joint'))
  .default('seasonal')
  .describe('How anomalies are detected: see [Detection](detection.md).');

/** A metric in Prometheus' text format. https://prometheus.io/docs/concepts/data_model */
const sampleName = z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:]{0,199}$/, {
  error: 'the name of a metric in Prometheus’ text format, such as http_requests_total',
});
const labelName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, {
  error: 'the name of a label in Prometheus’ text format',
});
const LABELS_AT_MOST = 20;

/** All functions of a run are asked side by side, and the run has two minutes. */
const LONGEST_ANSWER_SECONDS = 20;

/** Where the values of a monitor come from; exactly one of them. */
export const MONITOR_SOURCES = ['function', 'endpoint', 'events'] as const;

/** A series whose values come from a source of the user's own. */
export const monitor = z.strictObject({
  metric,
  function: z
    .optional(functionName)
    .describe('Your Lambda function that returns the values, with or without an alias.'),
  timeoutSeconds: z
    ._default(durationSeconds({ min: 1, max: LONGEST_ANSWER_SECONDS }), 10)
    .describe('How long `function` or `endpoint` may take to answer.'),
  endpoint: z
    .optional(httpUrl)
    .describe(
      'Where metrics are published in Prometheus’ text format, inside `settings.vpc` if there is one.',
    ),
  sample: sampleName.optional().describe('The metric of `endpoint`. Default: the key of this entry.'),
  labels: z
    .record(labelName, z.string().max(1_024))
    .refine((labels) => Object.keys(labels).length <= LABELS_AT_MOST, {
      error: `at most ${LABELS_AT_MOST} labels`,
    })
    .default({})
    .describe('The labels that a sample of `endpoint` must have. All that match are added up.'),
  events: z
    .literal(true)
    .optional()
    .describe('`true`: the values are sent as `Selfheal Metric` events by `settings.sources.metrics`.'),
  statistic: statistic
    .default('Average')
    .describe('What makes one data point of several values in a period.'),
  periodSeconds: periodSeconds.describe('The length of one data point.'),
  detector,
  options,
  threshold,
  followChanges,
  direction,
  counter,
  unit,
  errorType,
  tiers,
  learningSeconds,
  observationSeconds,
});

export type Monitor = z.output<typeof monitor>;
