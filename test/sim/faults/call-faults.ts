import type { Observation } from '../../../functions/core/verification/verification.ts';
import { NotPermitted, ServiceUnavailable, StoreUnavailable } from '../../../functions/ports/errors.ts';
import type { ProbeResult } from '../../../functions/ports/watchdog-probers.ts';
import type { EmbeddedClock } from '../../../local/embedded/clock/embedded-clock.ts';
import type { DependencyCall, InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { Injector } from './injector.ts';
import { isOfHosts, isOfResources, type Outages } from './outages.ts';
import type { Revocations } from './revocations.ts';

/** What may happen to any call that a function makes to the outside. */
const CALL_SHARES = {
  'crash-before': 0.004,
  'crash-after': 0.005,
  /** Throttled, or out of reach: nothing was done. */
  'refused-call': 0.008,
  /** It had its effect, but the answer was lost. */
  'lost-answer': 0.007,
  'hang-before': 0.001,
  'hang-after': 0.001,
  'slow-call': 0.003,
} as const;

/** What may happen to a call for an operation whose execution is running. */
const RUNNING_SHARES = {
  ...CALL_SHARES,
  /** It is slow, and somebody believes it to be stuck and stops the execution. */
  'stopped-meanwhile': 0.003,
} as const;

/** What other people may do to a component's resource around a call for an operation on it. */
const SHARED_SHARES = { ...RUNNING_SHARES, 'changed-before': 0.002, 'changed-after': 0.002 } as const;

/** What may happen to a call to the service of such a resource. */
const RESOURCE_SHARES = {
  ...CALL_SHARES,
  'changed-before': 0.02,
  'changed-after': 0.02,
  /** The SDK has sent it again, as its answer was lost: only the second answer is seen. */
  'call-doubled': 0.015,
} as const;

const NO_ANSWER_SHARES = { 'no-answer': 0.04, 'slow-call': 0.01 } as const;

/** Calls of clients that send each request once: a repetition would do it again. */
const UNREPEATED = new Set(['services.redeploy']);

/** How a probe that gets no answer reports it, by port. */
const NO_ANSWERS: Readonly<Record<string, Observation | ProbeResult>> = {
  endpoints: 'no-answer',
  http: { outcome: 'missed', problem: 'no answer' },
};

const OPERATION_ID = /^\d{8}T\d{6}Z-[0-9a-f]+$/;

const SLOWEST_MS = 12_000;

export interface CallFaultsDeps {
  readonly injector: Injector;
  readonly clock: EmbeddedClock;
  readonly outages: Outages;
  readonly revocations: Revocations;
  /** Whether a function is a vantage point of the watchdog that is cut off from all peers. */
  readonly isCutOff: (functionName: string) => boolean;
  /** Stops the execution of an operation, as a person would; `undefined` if none is running. */
  readonly stopperOf: (operationId: string) => (() => void) | undefined;
  /** The operation that an invocation is for; empty if it is for none. */
  readonly operationOfInvocation: () => string;
  /** Changes the resource that an operation is on, as another person would; `undefined` for hosts. */
  readonly changerOf: (operationId: string) => ((draw: number) => void) | undefined;
}

/** Faults before and after each side effect of every function. */
export function callFaults({
  injector,
  clock,
  outages,
  revocations,
  isCutOff,
  stopperOf,
  operationOfInvocation,
  changerOf,
}: CallFaultsDeps): InterceptCall {
  return async (call, proceed, crash) => {
    if (outages.isOut(call.port)) return unanswered(call);
    const denial = revocations.denialOf(call);
    if (denial) return isSilent(call) ? undefined : refuse(new NotPermitted(denial));
    const ofResources = isOfResources(call.port) || isOfHosts(call.port);
    const place = ofResources ? `${placeOf(call)} ${operationOfInvocation()}` : placeOf(call);
    const noAnswer = NO_ANSWERS[call.port];
    if (noAnswer !== undefined) {
      if (isCutOff(call.functionName)) return noAnswer;
      switch (injector.strike(place, NO_ANSWER_SHARES)) {
        case 'no-answer':
          return noAnswer;
        case 'slow-call':
          await clock.sleep(injector.draw(place) * 5_000);
          return await proceed();
        default:
          return await proceed();
      }
    }
    const stopExecution = stopperOf(operationOf(call.args[0]));
    const change = changerOf(operationOfInvocation());
    const fault = () => {
      if (ofResources && !UNREPEATED.has(`${call.port}.${call.method}`))
        return injector.strike(place, RESOURCE_SHARES);
      if (change) return injector.strike(place, SHARED_SHARES);
      return stopExecution ? injector.strike(place, RUNNING_SHARES) : injector.strike(place, CALL_SHARES);
    };
    switch (fault()) {
      case 'crash-before':
        return await crash();
      case 'crash-after':
        await proceed();
        return await crash();
      case 'refused-call':
        return unanswered(call);
      case 'lost-answer':
        await proceed();
        return unanswered(call);
      case 'hang-before':
        return await forever();
      case 'hang-after':
        await proceed();
        return await forever();
      case 'slow-call':
        await clock.sleep(injector.draw(place) * SLOWEST_MS);
        return await proceed();
      case 'stopped-meanwhile':
        stopExecution?.();
        await clock.sleep(injector.draw(place) * SLOWEST_MS);
        return await proceed();
      case 'changed-before':
        change?.(injector.draw(place));
        return await proceed();
      case 'changed-after': {
        const answer = await proceed();
        change?.(injector.draw(place));
        return answer;
      }
      case 'call-doubled':
        await proceed();
        return await proceed();
      default:
        return await proceed();
    }
  };
}

/** No answer comes: Lambda ends the function at its time-out, and the call with it. */
function forever(): Promise<never> {
  return new Promise(() => {});
}

/** The operation that a call is for; empty if it is for none. */
function operationOf(argument: unknown): string {
  if (typeof argument === 'string') return OPERATION_ID.test(argument) ? argument : '';
  return (argument as { readonly operationId?: string } | undefined)?.operationId ?? '';
}

const STORES = ['store', 'watchdog', 'changes', 'correlation', 'learning', 'incidents', 'discovered'];

/** The port promises never to throw. */
function isSilent({ port, method }: DependencyCall): boolean {
  return port === 'events' && method === 'stateChanged';
}

function refuse(error: NotPermitted): never {
  throw error;
}

/** A call that failed: the caller gets an error, unless the port promises never to throw. */
function unanswered(call: DependencyCall): undefined {
  if (isSilent(call)) return undefined;
  const { port, method } = call;
  const message = `${method}: throttled, or timed out`;
  throw STORES.includes(port) ? new StoreUnavailable(message) : new ServiceUnavailable(message);
}

/** Names the call by its subject, so that it is the same place in a run with fewer faults. */
function placeOf({ functionName, port, method, args }: DependencyCall): string {
  return `${functionName} ${port}.${method} ${subjectOf(args[0])}`;
}

function subjectOf(argument: unknown): string {
  // Task tokens are random; the number of the pass tells the calls apart.
  if (typeof argument === 'string') return argument.length <= 48 ? argument : '';
  if (typeof argument !== 'object' || argument === null) return '';
  const { operationId, stepId, component, signalId, comment } = argument as Readonly<Record<string, unknown>>;
  return [operationId ?? signalId ?? component ?? comment ?? '', stepId ?? ''].join(' ').trimEnd();
}
