import * as z from 'zod';
import { durationSeconds } from '../duration.ts';

const wholeMinutes = z.refine<number>((seconds) => seconds % 60 === 0, { error: 'whole minutes' });

/** How the watched series are read. */
export const analysis = z.strictObject({
  intervalSeconds: z
    ._default(durationSeconds({ min: 60, max: 300 }).check(wholeMinutes), 300)
    .describe('How often the series under `anomalies` are read. Each reading of a series costs $0.00001.'),
  settleSeconds: z
    ._default(durationSeconds({ min: 0, max: 900 }), 120)
    .describe('How long after its end a data point counts as final: metrics arrive and are corrected later.'),
  latenessSeconds: z
    ._default(durationSeconds({ min: 0, max: 3_600 }), 600)
    .describe('How long to wait for a missing data point before those after it are judged without it.'),
  historySeconds: z
    ._default(durationSeconds({ min: 0, max: 14 * 86_400 }), 14 * 86_400)
    .describe('How much of a metric’s history a new series learns from.'),
});

export type AnalysisSettings = z.output<typeof analysis>;
