import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { logger } from './telemetry.ts';

/** The caller sent an input that the function does not accept. */
class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly code = 'INVALID_INPUT';
}

/** middy would fail a slow call just before Lambda does, under a name that no state machine retries. */
const LAMBDA_TIMES_OUT_ITSELF = { timeoutEarlyInMillis: 0 };

/**
 * A Lambda handler around a use case: the input is checked against its schema; the outcome and any error are logged.
 * Errors go on to the caller under their own names, which the state machines retry and catch by.
 */
export function lambdaHandler<Schema extends z.ZodMiniType, Output>(
  schema: Schema,
  useCase: (input: z.output<Schema>) => Promise<Output>,
) {
  // On its own, zod/mini says only `Invalid input`.
  z.config(en());
  return middy<unknown, Output>(undefined, LAMBDA_TIMES_OUT_ITSELF)
    .use(injectLambdaContext(logger))
    .use({
      before: (request) => {
        const parsed = schema.safeParse(request.event);
        if (!parsed.success) throw new InvalidInput(z.prettifyError(parsed.error));
        request.event = parsed.data;
      },
      after: ({ response }) => {
        logger.info('done', { output: response });
      },
      onError: ({ error, event }) => {
        logger.error('failed', { error, input: event });
      },
    })
    .handler(async (input) => await useCase(input as z.output<Schema>));
}
