import { StateError, StepFunctionsError } from './errors.ts';
import { MAXIMUM_PAYLOAD_BYTES } from './limits.ts';
import type { Settle } from './wait-group.ts';

interface WaitingTask extends Settle<unknown> {
  readonly heartbeat: () => void;
}

/** Task tokens: which task waits for which token, and which have timed out. */
export class TaskTokens {
  readonly #waiting = new Map<string, WaitingTask>();
  readonly #issued = new Set<string>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  issue(): string {
    const token = Buffer.from(`selfheal:${this.#newId()}`).toString('base64');
    this.#issued.add(token);
    return token;
  }

  /** @returns a function that closes the token again */
  open(token: string, task: WaitingTask): () => void {
    this.#waiting.set(token, task);
    return () => this.#waiting.delete(token);
  }

  /** @throws StepFunctionsError `TaskTimedOut`, `InvalidToken`, `InvalidOutput` */
  succeed(token: string, output: string): void {
    const task = this.#find(token);
    const bytes = Buffer.byteLength(output);
    if (bytes > MAXIMUM_PAYLOAD_BYTES)
      throw new StepFunctionsError(
        'InvalidOutput',
        `the output has ${bytes} bytes, ${MAXIMUM_PAYLOAD_BYTES} are allowed`,
      );
    let value: unknown;
    try {
      value = JSON.parse(output);
    } catch (error) {
      throw new StepFunctionsError('InvalidOutput', `the output is not JSON: ${String(error)}`);
    }
    this.#waiting.delete(token);
    task.resolve(value);
  }

  /** @throws StepFunctionsError `TaskTimedOut`, `InvalidToken` */
  fail(token: string, error: string, cause?: string): void {
    const task = this.#find(token);
    this.#waiting.delete(token);
    task.reject(new StateError(error, cause));
  }

  /** @throws StepFunctionsError `TaskTimedOut`, `InvalidToken` */
  heartbeat(token: string): void {
    this.#find(token).heartbeat();
  }

  #find(token: string): WaitingTask {
    const task = this.#waiting.get(token);
    if (task !== undefined) return task;
    throw this.#issued.has(token)
      ? new StepFunctionsError('TaskTimedOut', 'Task Timed Out: the task no longer waits for this token')
      : new StepFunctionsError('InvalidToken', 'Invalid Token: the token was never issued');
  }
}
