import { StateError, StepFunctionsError } from '../errors.ts';
import type { Integration } from './integration.ts';

/** Starts another execution and goes on. @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
export const startExecution: Integration = {
  resource: 'states:startExecution',
  hasCallback: false,
  required: ['StateMachineArn'],
  optional: ['Name', 'Input'],
  call: async ({ StateMachineArn, Name, Input = {} }, services) => {
    try {
      const name = Name === undefined ? undefined : String(Name);
      const { executionArn, startMs } = services.startExecution(String(StateMachineArn), name, Input);
      return { ExecutionArn: executionArn, StartDate: new Date(startMs).toISOString() };
    } catch (error) {
      if (error instanceof StepFunctionsError)
        throw new StateError(`StepFunctions.${error.name}Exception`, error.message);
      throw error;
    }
  },
};
