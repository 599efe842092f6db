import * as z from 'zod';
import { PATHS_AT_MOST, RULES_ENGINES } from '../../actions/value-rules.ts';
import { fileOfService } from '../declared-names.ts';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';

/** Rule files that the component's `service` loads, and what kind of engine that is. */
export const rules = z.strictObject({
  engine: z.enum(RULES_ENGINES).describe('What it is.'),
  files: z
    .array(fileOfService('/etc/prometheus/rules/disk.yml'))
    .min(1)
    .max(PATHS_AT_MOST)
    .refine(isWithoutRepetition, NO_REPETITION)
    .describe(
      'The rule files that `disable_rules` may move aside. `freeze_config` saves all of them as one set, and `revert_rules` restores it.',
    ),
});
