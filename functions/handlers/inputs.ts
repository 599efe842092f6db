import * as z from 'zod/mini';
import { componentName } from '../core/configuration/names.ts';
import { readableCause } from '../core/operation/failure.ts';

const operationId = z.string().check(z.regex(/^[A-Za-z0-9-]{8,80}$/));

/** What every state of the heal state machine passes about its operation. */
export const operationInput = z.object({
  operationId,
  component: componentName,
  fence: z.int().check(z.minimum(1)),
});

/** As a state machine caught it. */
export const failure = z.object({ error: z.string(), cause: z.pipe(z.string(), z.transform(readableCause)) });

/** As the state machine caught them, of a Map of undo steps. */
export const failedUndos = z.array(z.extend(failure, { stepId: z.string() })).check(z.maxLength(10));

export const taskToken = z.string().check(z.minLength(1), z.maxLength(2_048));

/** How often a state has been tried before: `State.RetryCount` of the context. */
export const attempt = z.int().check(z.minimum(0), z.maximum(999));
