import { StandardRetryStrategy } from '@smithy/core/retry';

const ATTEMPTS = 4;

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry'];

/**
 * Repeats a request that was throttled, and no other: that alone is sure to have done nothing. For requests that would
 * have a second effect.
 */
export class ThrottledOnly extends StandardRetryStrategy {
  constructor() {
    super(ATTEMPTS);
  }

  override async refreshRetryTokenForRetry(
    token: Parameters<Refresh>[0],
    error: Parameters<Refresh>[1],
  ): ReturnType<Refresh> {
    if (error.errorType !== 'THROTTLING') throw new Error(`${error.errorType}: it may have been done`);
    return await super.refreshRetryTokenForRetry(token, error);
  }
}
