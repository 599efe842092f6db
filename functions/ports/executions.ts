/** What completes a task that waits for its token. */
export interface TaskTokens {
  /** `false` if nobody waits for the token any longer. */
  readonly succeed: (taskToken: string, output: unknown) => Promise<boolean>;
  readonly fail: (taskToken: string, error: string, cause: string) => Promise<boolean>;
}

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE'
  | 'NOT_FOUND';

/** What is known of an execution; error and cause of one that failed, if it said them. */
export interface ExecutionState {
  readonly status: ExecutionStatus;
  readonly error?: string;
  readonly cause?: string;
}

/** Executions of the heal state machine, by name. */
export interface HealExecutions {
  /** Starts one unless it exists already; the name is what makes that safe. */
  readonly start: (name: string, input: unknown) => Promise<void>;
  readonly describe: (name: string) => Promise<ExecutionState>;
}
