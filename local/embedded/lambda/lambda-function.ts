import type { Context } from 'aws-lambda';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import { LambdaServiceError } from './errors.ts';
import { type InterceptCall, Sandbox } from './sandbox.ts';

/** A function, and how Lambda runs it. */
export interface FunctionDefinition {
  readonly functionName: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  /** How many may run at once. @default any number */
  readonly reservedConcurrency?: number;
  /** Creates the handler of a new sandbox, with its dependencies guarded by the sandbox. */
  readonly createHandler: (sandbox: Sandbox) => (event: unknown, context: Context) => unknown;
}

/** The error of a failed invocation, as the caller sees it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type InvokeAnswer =
  | { readonly payload: unknown; readonly functionError?: undefined }
  | { readonly functionError: FunctionError };

export interface LambdaFunctionDeps {
  readonly clock: EmbeddedClock;
  readonly newId: () => string;
  readonly interceptCall?: InterceptCall;
}

interface Instance {
  readonly sandbox: Sandbox;
  readonly handler: (event: unknown, context: Context) => unknown;
}

/** A function with its sandboxes: each runs one invocation at a time, and free ones are reused. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #deps: LambdaFunctionDeps;
  readonly #free: Instance[] = [];
  #running = 0;
  invocations = 0;

  constructor(definition: FunctionDefinition, deps: LambdaFunctionDeps) {
    this.definition = definition;
    this.#deps = deps;
  }

  /**
   * Runs it once.
   *
   * @param payload passed as JSON, like the answer
   * @throws LambdaServiceError `TooManyRequestsException`
   */
  async invoke(payload: unknown): Promise<InvokeAnswer> {
    const { functionName, reservedConcurrency = Number.POSITIVE_INFINITY } = this.definition;
    if (this.#running >= reservedConcurrency)
      throw new LambdaServiceError('TooManyRequestsException', `Rate Exceeded: ${functionName}`);
    this.#running += 1;
    this.invocations += 1;
    const instance = this.#free.pop() ?? this.#start();
    try {
      return await this.#run(instance, JSON.stringify(payload));
    } finally {
      this.#running -= 1;
      if (!instance.sandbox.isDead) this.#free.push(instance);
    }
  }

  #start(): Instance {
    const sandbox = new Sandbox(this.definition.functionName, this.#deps.interceptCall);
    return { sandbox, handler: this.definition.createHandler(sandbox) };
  }

  #run({ sandbox, handler }: Instance, text: string): Promise<InvokeAnswer> {
    const { clock, newId } = this.#deps;
    const { timeoutSeconds } = this.definition;
    const requestId = newId();
    return new Promise((resolve) => {
      const ended = (errorType: string, problem: string): InvokeAnswer => ({
        functionError: { errorType, errorMessage: `RequestId: ${requestId} Error: ${problem}` },
      });
      const timeout = clock.after(timeoutSeconds * 1_000, () => {
        sandbox.kill();
        resolve(ended('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`));
      });
      const done = (answer: InvokeAnswer) => {
        timeout.cancel();
        resolve(answer);
      };
      sandbox.begin(() => done(ended('Runtime.ExitError', 'Runtime exited with error: exit status 1')));
      const result = async () => await handler(JSON.parse(text), this.#context(requestId));
      result().then(
        (value) => done({ payload: asJson(value) }),
        (error: unknown) => done({ functionError: functionError(error) }),
      );
    });
  }

  /**
   * The runtime's context without `getRemainingTimeInMillis`, with which middy would start a timer on another clock.
   */
  #context(requestId: string): Context {
    const { functionName, memoryMiB } = this.definition;
    return {
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn(functionName),
      memoryLimitInMB: String(memoryMiB),
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: requestId,
      callbackWaitsForEmptyEventLoop: true,
    } as Context;
  }
}

export function functionArn(functionName: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;
}

function asJson(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** Has the error's own name, by which Retry and Catch select. */
function functionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: [] };
}
