import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Random } from '../random/seeded-random.ts';
import { loadDefinition, type StateMachine } from './definition.ts';
import { StepFunctionsError } from './errors.ts';
import { Execution, type ExecutionDeps } from './execution.ts';
import type { TaskServices } from './integrations/integration.ts';
import { jsonBytes, MAXIMUM_NAME_CHARACTERS, MAXIMUM_PAYLOAD_BYTES } from './limits.ts';
import { statusEventDetail } from './status-event.ts';
import { TaskTokens } from './task-tokens.ts';

export interface StepFunctionsDeps {
  readonly clock: EmbeddedClock;
  readonly random: Random;
  readonly newId: () => string;
  readonly services: Omit<TaskServices, 'startExecution'>;
  /** Puts a Standard execution's `Step Functions Execution Status Change` on the bus. */
  readonly publishStatus: (executionArn: string, detail: Readonly<Record<string, unknown>>) => void;
  /**
   * How often an Express execution that is started once runs: AWS promises at least once.
   *
   * @default always 1
   */
  readonly expressRuns?: () => number;
  /** Receives defects of the interpreter, or of what it runs: errors that no workflow could have. */
  readonly onDefect: (error: unknown) => void;
}

export interface StateMachineInput {
  readonly name: string;
  readonly type: StateMachine['type'];
  /** Amazon States Language, its substitutions filled in. */
  readonly definition: string;
}

const REGION_AND_ACCOUNT = 'us-east-1:000000000000';
const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** Step Functions, as far as Selfheal uses it: the API's operations, in memory. */
export class StepFunctionsService {
  /** Of each Express execution that has ended, in order: states entered, retries included. */
  readonly expressTransitions: number[] = [];
  readonly #deps: StepFunctionsDeps;
  readonly #machines = new Map<string, StateMachine>();
  /** Standard executions, by ARN. */
  readonly #executions = new Map<string, Execution>();
  readonly #tokens: TaskTokens;
  readonly #executionDeps: ExecutionDeps;

  constructor(deps: StepFunctionsDeps) {
    this.#deps = deps;
    this.#tokens = new TaskTokens(deps.newId);
    const { clock, random, newId } = deps;
    this.#executionDeps = {
      clock,
      sources: { clock, random, newId },
      tokens: this.#tokens,
      services: {
        ...deps.services,
        startExecution: (arn, name, input) => this.startExecution(arn, name, input),
      },
      onStatusChange: (execution) => {
        if (execution.machine.type === 'STANDARD')
          deps.publishStatus(execution.arn, statusEventDetail(execution));
        else if (execution.status !== 'RUNNING') this.expressTransitions.push(execution.transitions);
      },
    };
  }

  /**
   * @returns its ARN
   * @throws InvalidDefinition
   */
  createStateMachine({ name, type, definition }: StateMachineInput): string {
    const arn = `arn:aws:states:${REGION_AND_ACCOUNT}:stateMachine:${name}`;
    const roleArn = `arn:aws:iam::000000000000:role/${name}`;
    this.#machines.set(arn, { ...loadDefinition(definition, type), arn, name, type, roleArn });
    return arn;
  }

  /**
   * A Standard execution of the same name and input that is still running is answered with, not started again.
   *
   * @throws StepFunctionsError `StateMachineDoesNotExist`, `ExecutionAlreadyExists`, `InvalidName`,
   * `InvalidExecutionInput`
   */
  startExecution(
    stateMachineArn: string,
    name: string | undefined,
    input: unknown,
  ): { readonly executionArn: string; readonly startMs: number } {
    const machine = this.#machines.get(stateMachineArn);
    if (machine === undefined)
      throw new StepFunctionsError(
        'StateMachineDoesNotExist',
        `State Machine Does Not Exist: '${stateMachineArn}'`,
      );
    const given = name ?? this.#deps.newId();
    checkName(given);
    if (jsonBytes(input) > MAXIMUM_PAYLOAD_BYTES)
      throw new StepFunctionsError(
        'InvalidExecutionInput',
        `the input has more than ${MAXIMUM_PAYLOAD_BYTES} bytes`,
      );
    const copy: unknown = JSON.parse(JSON.stringify(input));
    return machine.type === 'EXPRESS'
      ? this.#startExpress(machine, given, copy)
      : this.#startStandard(machine, given, copy);
  }

  /** @throws StepFunctionsError `ExecutionDoesNotExist`, also for Express executions */
  describeExecution(executionArn: string): Execution {
    const execution = this.#executions.get(executionArn);
    if (execution === undefined)
      throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return execution;
  }

  /** @throws StepFunctionsError `ExecutionDoesNotExist` */
  stopExecution(executionArn: string, error?: string, cause?: string): void {
    this.describeExecution(executionArn).stop(error, cause);
  }

  /** Standard executions in the order in which they were started. */
  listExecutions(stateMachineArn?: string): readonly Execution[] {
    const all = [...this.#executions.values()];
    return stateMachineArn === undefined ? all : all.filter(({ machine }) => machine.arn === stateMachineArn);
  }

  /** @param output JSON. @throws StepFunctionsError `TaskTimedOut`, `InvalidToken`, `InvalidOutput` */
  sendTaskSuccess(taskToken: string, output: string): void {
    this.#tokens.succeed(taskToken, output);
  }

  /** @throws StepFunctionsError `TaskTimedOut`, `InvalidToken` */
  sendTaskFailure(taskToken: string, error: string, cause?: string): void {
    this.#tokens.fail(taskToken, error, cause);
  }

  /** @throws StepFunctionsError `TaskTimedOut`, `InvalidToken` */
  sendTaskHeartbeat(taskToken: string): void {
    this.#tokens.heartbeat(taskToken);
  }

  #startStandard(machine: StateMachine, name: string, input: unknown) {
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.#executions.get(arn);
    if (known !== undefined) {
      if (known.status === 'RUNNING' && JSON.stringify(known.input) === JSON.stringify(input))
        return { executionArn: arn, startMs: known.startMs };
      throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = new Execution(this.#executionDeps, machine, arn, name, input);
    this.#executions.set(arn, execution);
    this.#run(execution);
    return { executionArn: arn, startMs: execution.startMs };
  }

  #startExpress(machine: StateMachine, name: string, input: unknown) {
    const runs = this.#deps.expressRuns?.() ?? 1;
    const base = `${machine.arn.replace(':stateMachine:', ':express:')}:${name}`;
    const executionArn = `${base}:${this.#deps.newId()}`;
    for (let run = 0; run < runs; run += 1)
      this.#run(new Execution(this.#executionDeps, machine, executionArn, name, input));
    return { executionArn, startMs: this.#deps.clock.nowMs() };
  }

  /** StartExecution answers before the first state is entered. */
  #run(execution: Execution): void {
    Promise.resolve()
      .then(() => execution.run())
      .catch((error: unknown) => {
        execution.stop('States.Runtime', String(error));
        this.#deps.onDefect(error);
      });
  }
}

function checkName(name: string): void {
  if (name.length > 0 && name.length <= MAXIMUM_NAME_CHARACTERS && !FORBIDDEN_IN_NAMES.test(name)) return;
  throw new StepFunctionsError(
    'InvalidName',
    `Invalid Name: '${name}': 1 to ${MAXIMUM_NAME_CHARACTERS} characters, no blanks and none of <>{}[]?*"#%\\^|~\`$&,;:/`,
  );
}
