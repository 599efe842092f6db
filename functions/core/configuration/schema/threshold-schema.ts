import * as z from 'zod';
import { durationSeconds } from '../duration.ts';

const level = (what: string) =>
  z.number().optional().describe(`From this value on, the metric is ${what}. Default: no such level.`);

/** Levels of a metric, for series with `detector: threshold`. */
export const threshold = z.strictObject({
  warning: level('at its tier HIGH'),
  critical: level('at its tier CRITICAL'),
  dataPoints: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('How many data points in a row must reach a level. As many before it again end the anomaly.'),
  escalateSeconds: z
    .optional(durationSeconds({ min: 60, max: 7 * 86_400 }))
    .describe('After this long at its warning level, the metric counts as critical. Default: never.'),
});

export type Threshold = z.output<typeof threshold>;
