import type { Context } from 'aws-lambda';

/** A handler as Lambda calls it. */
type Handler = (event: unknown, context: Context) => unknown;

/**
 * A handler with what it needs. On Lambda it is wired at once, while the function's start has CPU to spare; anywhere
 * else on its first invocation, so that importing a handler's module does nothing.
 *
 * @param wire builds the handler with the clients of the environment; called once
 */
export function wired(wire: () => Handler): Handler {
  let handler = process.env['AWS_LAMBDA_FUNCTION_NAME'] ? wire() : undefined;
  return (event, context) => {
    handler ??= wire();
    return handler(event, context);
  };
}
