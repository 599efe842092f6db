import type { Evaluation } from './expressions/expression.ts';
import type { RunningExecution } from './running-execution.ts';
import type { VariableScope } from './variables.ts';
import type { WaitGroup } from './wait-group.ts';

/** Where a state runs: in an execution, at its top or in one iteration of a Map. */
export interface Frame {
  readonly execution: RunningExecution;
  readonly variables: VariableScope;
  /** The waits here, which are cancelled when the execution, or the Map around it, ends. */
  readonly waits: WaitGroup;
  /** When the state was entered; its retries don't enter it again. Epoch milliseconds. */
  readonly enteredMs: number;
  readonly mapItem?: { readonly Index: number; readonly Value: unknown };
}

/** The result of a state; without `next` it is the last one. */
export interface Transition {
  readonly next?: string;
  readonly output: unknown;
}

/** A state that is ready to run. */
export interface State {
  readonly name: string;
  readonly type: StateType;
  /** Every state that may follow it. */
  readonly targets: readonly string[];
  /** Rejects with StateError, or with ExecutionOver. */
  readonly run: (input: unknown, frame: Frame) => Promise<Transition>;
}

export const STATE_TYPES = ['Pass', 'Task', 'Choice', 'Wait', 'Map', 'Succeed', 'Fail'] as const;
export type StateType = (typeof STATE_TYPES)[number];

/** Connected states: a whole definition, or a Map's processor. */
export interface StateGraph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/**
 * What the expressions of a state can read.
 *
 * @param retryCount how often the state was tried before
 */
export function evaluationOf(
  name: string,
  input: unknown,
  frame: Frame,
  more: {
    readonly retryCount?: number;
    readonly taskToken?: string;
    readonly result?: unknown;
    readonly errorOutput?: unknown;
  } = {},
): Evaluation {
  const { execution, variables, enteredMs, mapItem } = frame;
  const { retryCount = 0, taskToken, ...parts } = more;
  return {
    states: {
      input,
      context: {
        Execution: execution.context,
        State: { Name: name, EnteredTime: new Date(enteredMs).toISOString(), RetryCount: retryCount },
        StateMachine: { Id: execution.machine.arn, Name: execution.machine.name },
        ...(taskToken !== undefined && { Task: { Token: taskToken } }),
        ...(mapItem && { Map: { Item: mapItem } }),
      },
      ...parts,
    },
    variables,
    sources: execution.sources,
  };
}

/** Runs states from the first to the last. */
export async function runGraph(graph: StateGraph, input: unknown, frame: Frame): Promise<unknown> {
  let name: string | undefined = graph.startAt;
  let value = input;
  while (name !== undefined) {
    const state = graph.states.get(name);
    if (state === undefined) throw new TypeError(`no state ${name}: the definition was not checked`);
    frame.execution.entered(state, value);
    const entered = { ...frame, enteredMs: frame.execution.nowMs() };
    const transition: Transition = await state.run(value, entered);
    frame.execution.exited(state, transition.output);
    value = transition.output;
    name = transition.next;
  }
  return value;
}
