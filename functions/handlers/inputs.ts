import * as z from 'zod';
import { componentName } from '../core/configuration/names.ts';
import { readableCause } from '../core/operation/failure.ts';

const operationId = z.string().regex(/^[A-Za-z0-9-]{8,80}$/);

/** What every state of the heal state machine says of its operation. */
export const operationInput = z.object({
  operationId,
  component: componentName,
  fence: z.int().min(1),
});

/** As a state machine caught it. */
export const failure = z.object({ error: z.string(), cause: z.string().transform(readableCause) });

export const taskToken = z.string().min(1).max(2_048);

/** How often a state has been tried before: `State.RetryCount` of the context. */
export const attempt = z.int().min(0).max(999);
