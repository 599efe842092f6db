import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { HealExecutions, TaskTokens } from '../../ports/executions.ts';
import { translateError } from '../aws/translate-error.ts';

const MAXIMUM_CAUSE = 1_000;

/** TaskTokens over SendTaskSuccess and SendTaskFailure. @throws ServiceError */
export function createTaskTokens(client: SFNClient): TaskTokens {
  const wanted = async (call: string, sent: Promise<unknown>): Promise<boolean> => {
    try {
      await sent;
      return true;
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
        return false;
      throw translateError(call, error);
    }
  };
  return {
    succeed: (taskToken, output) => {
      const command = new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) });
      return wanted('states:SendTaskSuccess', client.send(command));
    },
    fail: (taskToken, error, cause) => {
      const command = new SendTaskFailureCommand({ taskToken, error, cause: cause.slice(0, MAXIMUM_CAUSE) });
      return wanted('states:SendTaskFailure', client.send(command));
    },
  };
}

/** HealExecutions over the heal state machine. @throws ServiceError */
export function createHealExecutions(client: SFNClient, stateMachineArn: string): HealExecutions {
  return {
    start: async (name, input) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw translateError('states:StartExecution', error);
      }
    },
    describe: async (name) => {
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        const { status, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (status === undefined)
          throw new Error(`DescribeExecution answered without a status for ${executionArn}`);
        return { status, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return { status: 'NOT_FOUND' };
        throw translateError('states:DescribeExecution', error);
      }
    },
  };
}
