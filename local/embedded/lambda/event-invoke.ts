import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Random } from '../random/seeded-random.ts';
import { LambdaServiceError } from './errors.ts';
import type { InvokeAnswer } from './lambda-function.ts';

/** What Lambda does with an event on which a function fails: `AWS::Lambda::EventInvokeConfig`. */
export interface EventInvokeConfig {
  /** @default 2 */
  readonly maximumRetryAttempts?: number;
  /** @default 21600, six hours */
  readonly maximumEventAgeSeconds?: number;
  /** Where abandoned events go, as JSON text. */
  readonly onFailure?: (record: string) => void;
}

interface EventInvokeDeps {
  readonly clock: EmbeddedClock;
  readonly random: Random;
  readonly newId: () => string;
}

/** Waits before the first and the second retry after an error of the function. */
const RETRY_SECONDS = [60, 120];
/** Throttled events are retried after a second at first, after five minutes in the end. */
const LONGEST_THROTTLE_SECONDS = 300;

/**
 * An asynchronous invocation: retried when the function fails, and when there is no room for it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export async function invokeWithRetries(
  deps: EventInvokeDeps,
  config: EventInvokeConfig,
  functionArn: string,
  payload: unknown,
  invoke: () => Promise<InvokeAnswer>,
): Promise<void> {
  const { maximumRetryAttempts = 2, maximumEventAgeSeconds = 21_600, onFailure } = config;
  const { clock, random } = deps;
  const untilMs = clock.nowMs() + maximumEventAgeSeconds * 1_000;
  let throttled = 0;
  let invoked = 0;
  for (;;) {
    const answer = await invoke().catch((error: unknown) => {
      if (error instanceof LambdaServiceError) return undefined;
      throw error;
    });
    let waitSeconds: number | undefined;
    if (answer === undefined) {
      waitSeconds = Math.min(2 ** throttled, LONGEST_THROTTLE_SECONDS) * (0.5 + random() / 2);
      throttled += 1;
    } else {
      if (answer.functionError === undefined) return;
      invoked += 1;
      if (invoked <= maximumRetryAttempts) waitSeconds = RETRY_SECONDS[invoked - 1];
    }
    const isTooOld = waitSeconds !== undefined && clock.nowMs() + waitSeconds * 1_000 > untilMs;
    if (waitSeconds === undefined || isTooOld) {
      const condition = isTooOld ? 'EventAgeExceeded' : 'RetriesExhausted';
      const requestContext = {
        requestId: deps.newId(),
        functionArn: `${functionArn}:$LATEST`,
        condition,
        approximateInvokeCount: invoked,
      };
      const timestamp = new Date(clock.nowMs()).toISOString();
      const responsePayload = answer?.functionError;
      onFailure?.(
        JSON.stringify({
          version: '1.0',
          timestamp,
          requestContext,
          requestPayload: payload,
          responsePayload,
        }),
      );
      return;
    }
    await clock.sleep(waitSeconds * 1_000);
  }
}
