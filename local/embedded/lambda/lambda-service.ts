import './loaded-at-start.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Random } from '../random/seeded-random.ts';
import { LambdaServiceError } from './errors.ts';
import { type EventInvokeConfig, invokeWithRetries } from './event-invoke.ts';
import {
  type FunctionDefinition,
  functionArn,
  type InvokeAnswer,
  LambdaFunction,
} from './lambda-function.ts';
import type { InterceptCall } from './sandbox.ts';

/** One invocation on its way to its function. */
export interface Invocation {
  readonly functionName: string;
  readonly payload: unknown;
}

/** Intercepts every invocation, to inject faults: it may throw, wait, or proceed twice. */
export type InterceptInvocation = (
  invocation: Invocation,
  proceed: () => Promise<InvokeAnswer>,
) => Promise<InvokeAnswer>;

export interface LambdaDeps {
  readonly clock: EmbeddedClock;
  readonly random: Random;
  readonly newId: () => string;
  readonly interceptInvocation?: InterceptInvocation;
  readonly interceptCall?: InterceptCall;
  readonly onDefect: (error: unknown) => void;
}

export interface LambdaService {
  /** @returns the function's ARN */
  readonly createFunction: (definition: FunctionDefinition) => string;
  readonly putEventInvokeConfig: (functionName: string, config: EventInvokeConfig) => void;
  /**
   * Waits for the function's answer. Names may be ARNs.
   *
   * @throws LambdaServiceError `ResourceNotFoundException`, `TooManyRequestsException`
   */
  readonly invoke: (functionName: string, payload: unknown) => Promise<InvokeAnswer>;
  /** Queues an event. @throws LambdaServiceError `ResourceNotFoundException` */
  readonly invokeAsynchronously: (functionName: string, payload: unknown) => void;
  /** How often each function was invoked, by name. */
  readonly invocations: () => Readonly<Record<string, number>>;
}

/** Lambda, without any functions. */
export function createLambdaService(deps: LambdaDeps): LambdaService {
  const functions = new Map<string, LambdaFunction>();
  const configs = new Map<string, EventInvokeConfig>();

  const find = (nameOrArn: string): LambdaFunction => {
    const found = functions.get(nameOrArn.slice(nameOrArn.lastIndexOf(':') + 1));
    if (found === undefined)
      throw new LambdaServiceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`);
    return found;
  };
  const run = (found: LambdaFunction, payload: unknown): Promise<InvokeAnswer> => {
    const proceed = () => found.invoke(payload);
    const { functionName } = found.definition;
    return deps.interceptInvocation?.({ functionName, payload }, proceed) ?? proceed();
  };

  return {
    createFunction: (definition) => {
      functions.set(definition.functionName, new LambdaFunction(definition, deps));
      return functionArn(definition.functionName);
    },
    putEventInvokeConfig: (functionName, config) => {
      configs.set(find(functionName).definition.functionName, config);
    },
    invoke: async (functionName, payload) => await run(find(functionName), payload),
    invokeAsynchronously: (functionName, payload) => {
      const found = find(functionName);
      const name = found.definition.functionName;
      const config = configs.get(name) ?? {};
      invokeWithRetries(deps, config, functionArn(name), payload, () => run(found, payload)).catch(
        deps.onDefect,
      );
    },
    invocations: () =>
      Object.fromEntries([...functions].map(([name, { invocations }]) => [name, invocations] as const)),
  };
}
