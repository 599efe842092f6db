import * as z from 'zod';
import { LOOPBACK_URL, METRIC, METRICS_AT_MOST } from '../../actions/value-rules.ts';
import { durationSeconds } from '../duration.ts';
import { canBeAsked } from '../http-url.ts';
import { isWithoutRepetition, metricName, NO_REPETITION } from '../names.ts';
import { RUNTIMES } from '../profile-leaks.ts';
import { anomaly } from './anomaly-schema.ts';

/** How often a collector may measure: what divides a minute. */
const INTERVALS: readonly number[] = [10, 15, 20, 30, 60];

const { tiers, learningSeconds, observationSeconds } = anomaly.shape;

/** A unit whose profile is kept on its hosts, and watched for leaks. */
export const profile = z.strictObject({
  runtime: z
    .enum(RUNTIMES)
    .default('none')
    .describe(
      'What the service runs on. `go`, `node` and `jvm` publish heap and garbage collection at `endpoint`; `none` is watched from outside.',
    ),
  endpoint: z
    .string()
    .regex(new RegExp(`^${LOOPBACK_URL}$`), {
      error: 'an address on the host itself, such as http://127.0.0.1:9100/metrics',
      abort: true,
    })
    .max(512)
    .refine((url) => URL.canParse(url) && canBeAsked(url), {
      error: 'an address that exists, with a port from 1 to 65535',
    })
    .optional()
    .describe('Where the service publishes metrics on its host: Prometheus text, or Go’s expvar.'),
  custom: z
    .array(
      metricName.check(
        z.regex(new RegExp(`^${METRIC}$`), {
          error: 'a lower-case letter, then letters, digits or `_`, 63 at most',
        }),
      ),
    )
    .max(METRICS_AT_MOST)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe('More metrics of `endpoint`, by name. They are watched for leaks too.'),
  intervalSeconds: z
    ._default(
      durationSeconds({ min: 10, max: 60 }).check(
        z.refine((seconds) => INTERVALS.includes(seconds), { error: '10s, 15s, 20s, 30s or 1m' }),
      ),
      60,
    )
    .describe('How often the collector measures. One measurement takes some 70 ms of CPU.'),
  detectors: z
    .array(z.enum(['trend', 'z_score']))
    .min(1)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default(['trend'])
    .describe('`trend` sees leaks; `z_score`, sudden jumps: see [Detection](detection.md#detectors).'),
  sensitivity: z.number().min(0).max(1).default(0.7).describe('The sensitivity of the detectors.'),
  tiers: tiers.describe('What happens at an anomaly of each tier, as under `anomalies`.'),
  learningSeconds: learningSeconds.describe('How much is learned before anything may be called anomalous.'),
  observationSeconds: observationSeconds.describe(
    'How old a baseline must be before `signal` signals. Until then it notifies.',
  ),
});
