import type { FunctionSources } from './expressions/step-functions-functions.ts';
import type { TaskServices } from './integrations/integration.ts';
import type { WaitGroup } from './wait-group.ts';

/** A task's call, and how long it may go on. */
export interface TaskCall {
  readonly call: () => Promise<unknown>;
  readonly timeoutSeconds: number;
  readonly heartbeatSeconds?: number;
  /** With a token, the call only begins the task, which ends when the token is completed. */
  readonly taskToken?: string;
}

/** An execution as its states see it. */
export interface RunningExecution {
  /** `$states.context.Execution` */
  readonly context: Readonly<Record<string, unknown>>;
  readonly machine: { readonly arn: string; readonly name: string };
  readonly sources: FunctionSources;
  readonly services: TaskServices;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly sleep: (waits: WaitGroup, seconds: number) => Promise<void>;
  readonly newTaskToken: () => string;
  /** Resolves to the task's result. Rejects with StateError, `States.Timeout` among them, or with ExecutionOver. */
  readonly runTask: (waits: WaitGroup, task: TaskCall) => Promise<unknown>;
  /** Adds to the history. */
  readonly note: (type: string, details: Readonly<Record<string, unknown>>) => void;
  readonly entered: (state: EnteredState, input: unknown) => void;
  readonly exited: (state: EnteredState, output: unknown) => void;
  readonly retried: () => void;
}

export interface EnteredState {
  readonly name: string;
  readonly type: string;
}
