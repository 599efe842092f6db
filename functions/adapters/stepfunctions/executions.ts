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
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { HealExecutions, TaskTokens } from '../../ports/executions.ts';

const MAXIMUM_CAUSE = 1_000;

/** TaskTokens over SendTaskSuccess and SendTaskFailure. @throws ServiceUnavailable */
export function createTaskTokens(client: SFNClient): TaskTokens {
  const wanted = async (call: Promise<unknown>): Promise<boolean> => {
    try {
      await call;
      return true;
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
        return false;
      throw unavailable(error);
    }
  };
  return {
    succeed: (taskToken, output) =>
      wanted(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    fail: (taskToken, error, cause) =>
      wanted(
        client.send(new SendTaskFailureCommand({ taskToken, error, cause: cause.slice(0, MAXIMUM_CAUSE) })),
      ),
  };
}

/** HealExecutions over the heal state machine. @throws ServiceUnavailable */
export function createHealExecutions(client: SFNClient, stateMachineArn: string): HealExecutions {
  return {
    start: async (name, input) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw unavailable(error);
      }
    },
    status: async (name) => {
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (status === undefined)
          throw new Error(`DescribeExecution answered without a status for ${executionArn}`);
        return status;
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return 'NOT_FOUND';
        throw unavailable(error);
      }
    },
  };
}

/** The name that state machines retry by. */
function unavailable(error: unknown): ServiceUnavailable {
  const { name, message } = error as Error;
  return new ServiceUnavailable(`Step Functions: ${name}: ${message}`, { cause: error });
}
