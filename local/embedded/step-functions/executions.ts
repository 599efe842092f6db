import type { ExecutionStatus, HealExecutions, TaskTokens } from '../../../functions/ports/executions.ts';

/** Step Functions in this process: its API's operations, whose errors are named as the SDK names them. */
export interface StepFunctionsApi {
  readonly startExecution: (stateMachineArn: string, name: string, input: unknown) => unknown;
  readonly describeExecution: (executionArn: string) => {
    readonly status: ExecutionStatus;
    readonly error?: string | undefined;
    readonly cause?: string | undefined;
  };
  /** @param output JSON */
  readonly sendTaskSuccess: (taskToken: string, output: string) => void;
  readonly sendTaskFailure: (taskToken: string, error: string, cause: string) => void;
}

const NOBODY_WAITS = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

/** TaskTokens over Step Functions in this process. */
export function createEmbeddedTaskTokens(
  api: Pick<StepFunctionsApi, 'sendTaskSuccess' | 'sendTaskFailure'>,
): TaskTokens {
  const wanted = async (send: () => void): Promise<boolean> => {
    try {
      send();
      return true;
    } catch (error) {
      if (NOBODY_WAITS.includes((error as Error).name)) return false;
      throw error;
    }
  };
  return {
    succeed: (taskToken, output) => wanted(() => api.sendTaskSuccess(taskToken, JSON.stringify(output))),
    fail: (taskToken, error, cause) => wanted(() => api.sendTaskFailure(taskToken, error, cause)),
  };
}

/** HealExecutions over Step Functions in this process. */
export function createEmbeddedHealExecutions(
  api: Pick<StepFunctionsApi, 'startExecution' | 'describeExecution'>,
  stateMachineArn: string,
): HealExecutions {
  return {
    start: async (name, input) => {
      try {
        api.startExecution(stateMachineArn, name, input);
      } catch (error) {
        if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
      }
    },
    describe: async (name) => {
      try {
        const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
        const { status, error, cause } = api.describeExecution(executionArn);
        return { status, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      } catch (error) {
        if ((error as Error).name === 'ExecutionDoesNotExist') return { status: 'NOT_FOUND' };
        throw error;
      }
    },
  };
}
