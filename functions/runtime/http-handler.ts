import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod/mini';
import type { HttpAnswer, HttpRequest } from '../ports/http-exchange.ts';
import { logger } from './telemetry.ts';

/** What a function URL hands over, as far as it is used (payload format 2.0). */
const urlRequest = z.object({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
});

/**
 * A Lambda handler behind a function URL. Of a request, only method, path and status are logged: its address and its
 * body hold what proves who sent it.
 */
export function httpHandler(answer: (request: HttpRequest) => Promise<HttpAnswer>) {
  return middy<unknown, HttpAnswer>(undefined, { timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(logger))
    .handler(async (event) => {
      const {
        rawPath,
        rawQueryString,
        headers,
        requestContext,
        body = '',
        isBase64Encoded,
      } = urlRequest.parse(event);
      const { method } = requestContext.http;
      try {
        const answered = await answer({
          method,
          path: rawPath,
          query: new URLSearchParams(rawQueryString),
          headers,
          body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
        });
        logger.info('answered', { method, path: rawPath, statusCode: answered.statusCode });
        return answered;
      } catch (error) {
        logger.error('failed', { method, path: rawPath, error: error as Error });
        throw error;
      }
    });
}
