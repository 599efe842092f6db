import * as z from 'zod';
import { LEARNING_MODES } from '../../learning/settings.ts';
import { durationSeconds } from '../duration.ts';

/** What is made of the outcomes of operations. */
export const learning = z.strictObject({
  mode: z
    .enum(LEARNING_MODES)
    .default('off')
    .describe(
      '`off`: outcomes are only reported. `suggest`: `selfheal learned` also shows what `apply` would change. `apply`: strategies that are `interchangeable` are tried in the order of their success, and one that has no lasting effect on a component is skipped.',
    ),
  halfLifeDays: z
    .int()
    .min(1)
    .max(365)
    .default(14)
    .describe(
      'An outcome counts half after this many days. Outcomes older than `historyRetentionDays` are gone.',
    ),
  learningRate: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.05)
    .describe('How much less an outcome counts than the next newer one: 0 counts all alike.'),
  minSamples: z
    .number()
    .min(1)
    .max(100)
    .default(5)
    .describe('How many weighted outcomes are needed before anything is concluded.'),
  relapseWithinSeconds: z
    ._default(durationSeconds({ min: 60, max: 86_400 }), 3_600)
    .describe('A fault that is back this soon after a verified repair counts against the repair.'),
  ineffectiveAfter: z
    .int()
    .min(2)
    .max(20)
    .default(3)
    .describe(
      'After this many repairs in a row without lasting effect, a strategy counts as ineffective on the component.',
    ),
});
