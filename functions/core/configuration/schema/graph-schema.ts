import * as z from 'zod';
import { DISCOVERY_SOURCES } from '../../discovery/discovery-source.ts';
import { durationSeconds } from '../duration.ts';
import { isWithoutRepetition, NO_REPETITION } from '../names.ts';

const wholeMinutes = z.refine<number>((seconds) => seconds % 60 === 0, { error: 'whole minutes' });

/** From what dependencies are discovered that nobody declared. */
export const graph = z.strictObject({
  discover: z
    .array(z.enum(DISCOVERY_SOURCES))
    .min(1)
    .refine(isWithoutRepetition, NO_REPETITION)
    .refine((sources) => sources.includes('xray'), {
      error:
        '`xray` among them: `ecs` and `loadBalancers` only tell which component answers under an address that X-Ray has seen',
      params: { code: 'discovery-without-xray' },
    })
    .describe(
      '`xray`: calls between components in X-Ray’s service graph. `ecs` and `loadBalancers`, besides: which component answers under a Service Connect name, under a load balancer’s own name and under the host names in its rules.',
    ),
  refreshSeconds: z
    ._default(durationSeconds({ min: 300, max: 5 * 3_600 }).check(wholeMinutes), 3_600)
    .describe('How often the graph is read.'),
  keepSeconds: z
    ._default(durationSeconds({ min: 2 * 86_400, max: 90 * 86_400 }), 7 * 86_400)
    .describe('A dependency that has not been seen for this long, to the day, is forgotten.'),
});

export type GraphSettings = z.output<typeof graph>;
