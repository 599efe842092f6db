import * as z from 'zod';
import { componentName, isWithoutRepetition, NO_REPETITION } from '../names.ts';

/** What a component says of the components that it calls. */
export const dependencyFields = {
  dependsOn: z
    .array(componentName)
    .max(50)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe(
      'The components that this one calls. Before it is healed, they are checked: if one of them is at fault, that one is healed instead. Cycles are allowed.',
    ),
  independentOf: z
    .array(componentName)
    .max(50)
    .refine(isWithoutRepetition, NO_REPETITION)
    .default([])
    .describe(
      'Components on which this one does not depend, although `settings.graph` may discover that it calls them.',
    ),
  xrayNames: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(20)
    .refine(isWithoutRepetition, NO_REPETITION)
    .optional()
    .describe(
      'What X-Ray calls the component, for `settings.graph` and `settings.investigate`. Lambda functions are recognised without it, and so are databases of RDS in the graph. Default: the component’s own name.',
    ),
  capacities: z
    .record(componentName, z.number().positive())
    .optional()
    .describe(
      'How many requests a second each of these dependencies can take, where the requests of the component are divided among them. `selfheal graph` says what limits the throughput, and no repair begins by which less of the `demand` would be carried. Leave out what every request needs.',
    ),
  demand: z
    .number()
    .positive()
    .optional()
    .describe('How many requests a second come in here from outside at most, to be carried by `capacities`.'),
};
