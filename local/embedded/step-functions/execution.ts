import type { EmbeddedClock, Timer } from '../clock/embedded-clock.ts';
import type { StateMachine } from './definition.ts';
import { ExecutionOver, StateError } from './errors.ts';
import type { FunctionSources } from './expressions/step-functions-functions.ts';
import { History } from './history.ts';
import type { TaskServices } from './integrations/integration.ts';
import { checkPayload } from './limits.ts';
import type { EnteredState, RunningExecution, TaskCall } from './running-execution.ts';
import { runGraph } from './state.ts';
import type { TaskTokens } from './task-tokens.ts';
import { VariableScope } from './variables.ts';
import { WaitGroup } from './wait-group.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionDeps {
  readonly clock: EmbeddedClock;
  readonly sources: FunctionSources;
  readonly services: TaskServices;
  readonly tokens: TaskTokens;
  readonly onStatusChange: (execution: Execution) => void;
}

/** One execution of a state machine, from start to end. */
export class Execution implements RunningExecution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  readonly input: unknown;
  readonly startMs: number;
  readonly sources: FunctionSources;
  readonly services: TaskServices;
  readonly history: History;
  readonly context: Readonly<Record<string, unknown>>;
  status: ExecutionStatus = 'RUNNING';
  output: unknown;
  error: string | undefined;
  cause: string | undefined;
  stopMs: number | undefined;
  /** States entered, retries included: what Standard workflows are billed by. */
  transitions = 0;
  readonly #deps: ExecutionDeps;
  readonly #waits = new WaitGroup();

  constructor(deps: ExecutionDeps, machine: StateMachine, arn: string, name: string, input: unknown) {
    this.#deps = deps;
    this.sources = deps.sources;
    this.services = deps.services;
    this.machine = machine;
    this.arn = arn;
    this.name = name;
    this.input = input;
    this.startMs = deps.clock.nowMs();
    this.history = new History(machine.type === 'STANDARD');
    const StartTime = new Date(this.startMs).toISOString();
    this.context = {
      Id: arn,
      Input: input,
      Name: name,
      RoleArn: machine.roleArn,
      StartTime,
      RedriveCount: 0,
    };
  }

  nowMs(): number {
    return this.#deps.clock.nowMs();
  }

  /** Runs it. Resolves when it has ended, however it has. */
  async run(): Promise<void> {
    this.note('ExecutionStarted', { input: this.input });
    this.#deps.onStatusChange(this);
    const { graph, timeoutSeconds } = this.machine;
    const timeout = this.#deps.clock.after(timeoutSeconds * 1_000, () => {
      this.#end('TIMED_OUT', { error: 'States.Timeout' });
    });
    try {
      const frame = {
        execution: this,
        variables: new VariableScope(),
        waits: this.#waits,
        enteredMs: this.startMs,
      };
      const output = await runGraph(graph, this.input, frame);
      this.#end('SUCCEEDED', { output });
    } catch (error) {
      if (error instanceof StateError) this.#end('FAILED', { error: error.error, cause: error.causeText });
      else if (!(error instanceof ExecutionOver)) throw error;
    } finally {
      timeout.cancel();
    }
  }

  /** Stops it, as StopExecution does; what it has begun is not undone. */
  stop(error?: string, cause?: string): void {
    this.#end('ABORTED', { error, cause });
  }

  sleep(waits: WaitGroup, seconds: number): Promise<void> {
    return waits.wait<void>(({ resolve }) => {
      const timer = this.#deps.clock.after(seconds * 1_000, () => resolve());
      return timer.cancel;
    });
  }

  newTaskToken(): string {
    return this.#deps.tokens.issue();
  }

  runTask(waits: WaitGroup, task: TaskCall): Promise<unknown> {
    const { clock, tokens } = this.#deps;
    return waits.wait<unknown>(({ resolve, reject }) => {
      const fails = (error: string, after: number): Timer =>
        clock.after(after * 1_000, () => reject(new StateError(error)));
      const timeout = fails('States.Timeout', task.timeoutSeconds);
      const beat = () =>
        task.heartbeatSeconds === undefined
          ? undefined
          : fails('States.HeartbeatTimeout', task.heartbeatSeconds);
      let heartbeat = beat();
      const settle = {
        resolve,
        reject,
        heartbeat: () => {
          heartbeat?.cancel();
          heartbeat = beat();
        },
      };
      const close = task.taskToken === undefined ? undefined : tokens.open(task.taskToken, settle);
      // With a token, the call's own answer is ignored.
      task.call().then((result) => {
        if (task.taskToken === undefined) resolve(result);
      }, reject);
      return () => {
        timeout.cancel();
        heartbeat?.cancel();
        close?.();
      };
    });
  }

  note(type: string, details: Readonly<Record<string, unknown>>): void {
    if (this.status === 'RUNNING') this.history.add(type, this.nowMs(), details);
  }

  entered(state: EnteredState, input: unknown): void {
    this.transitions += 1;
    this.note(`${state.type}StateEntered`, { name: state.name, input });
  }

  exited(state: EnteredState, output: unknown): void {
    checkPayload(output, `the output of ${state.name}`);
    this.note(`${state.type}StateExited`, { name: state.name, output });
  }

  retried(): void {
    this.transitions += 1;
  }

  #end(
    status: Exclude<ExecutionStatus, 'RUNNING'>,
    facts: {
      readonly output?: unknown;
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
    },
  ): void {
    if (this.status !== 'RUNNING') return;
    this.status = status;
    this.stopMs = this.nowMs();
    this.output = facts.output;
    this.error = facts.error;
    this.cause = facts.cause;
    const ended = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', ABORTED: 'Aborted' };
    this.history.end(`Execution${ended[status]}`, this.stopMs, facts);
    this.#waits.end();
    this.#deps.onStatusChange(this);
  }
}
