import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import { LambdaServiceError } from '../../../local/embedded/lambda/errors.ts';
import type { InvokeAnswer } from '../../../local/embedded/lambda/lambda-function.ts';
import type { InterceptInvocation, Invocation } from '../../../local/embedded/lambda/lambda-service.ts';
import type { Injector } from './injector.ts';

const SHARES = {
  'invocation-throttled': 0.008,
  'invocation-crashed': 0.004,
  'invocation-answer-lost': 0.004,
  'invocation-twice': 0.01,
  /** It waits for a sandbox; its caller may have gone by then. */
  'invocation-late': 0.01,
} as const;

const LATEST_MS = 30_000;

const EXITED: InvokeAnswer = {
  functionError: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 1' },
};

/** Functions that are throttled, fail before or after their work, or run twice at the same time. */
export function invocationFaults(injector: Injector, clock: EmbeddedClock): InterceptInvocation {
  return async (invocation, proceed) => {
    const place = placeOf(invocation);
    switch (injector.strike(place, SHARES)) {
      case 'invocation-throttled':
        throw new LambdaServiceError('TooManyRequestsException', 'Rate Exceeded');
      case 'invocation-crashed':
        return EXITED;
      case 'invocation-answer-lost':
        await proceed();
        return EXITED;
      case 'invocation-late':
        await clock.sleep(injector.draw(`${place} later`) * LATEST_MS);
        return await proceed();
      case 'invocation-twice': {
        const [answer] = await Promise.all([proceed(), proceed().catch(() => undefined)]);
        return answer;
      }
      default:
        return await proceed();
    }
  };
}

function placeOf({ functionName, payload }: Invocation): string {
  const { operationId = '', step } = payload as {
    readonly operationId?: string;
    readonly step?: { readonly stepId: string };
  };
  return `${functionName} ${operationId} ${step?.stepId ?? ''}`.trimEnd();
}
