import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod';
import { logger } from './telemetry.ts';

/** An input that is not what the function takes: a fault of whoever calls it. */
class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** middy would fail a slow call just before Lambda does, under a name that no state machine retries. */
const LAMBDA_TIMES_OUT_ITSELF = { timeoutEarlyInMillis: 0 };

/**
 * A Lambda handler around a use case: the input is held against its schema, the outcome and any error are logged.
 * Errors go on to the caller under their own names, which the state machines retry and catch by.
 */
export function lambdaHandler<Schema extends z.ZodType, Output>(
  schema: Schema,
  useCase: (input: z.output<Schema>) => Promise<Output>,
) {
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
