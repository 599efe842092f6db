import { NotFound } from '../../../functions/ports/errors.ts';
import type { FunctionRequest, UserFunctions } from '../../../functions/ports/user-functions.ts';

/** A function of the user's, by its name without an alias. What it returns and receives crosses as JSON. */
export type LocalFunctions = Readonly<Record<string, (request: FunctionRequest) => unknown>>;

/** The functions of the user's that were deployed beside Selfheal. */
export function createLocalFunctions(functions: LocalFunctions): UserFunctions {
  return {
    invoke: async (name, request) => {
      const run = functions[name.split(':')[0] ?? ''];
      if (!run)
        throw new NotFound(`lambda:InvokeFunction: ResourceNotFoundException: Function not found: ${name}`, {
          call: 'lambda:InvokeFunction',
          serviceCode: 'ResourceNotFoundException',
        });
      try {
        const answer = await run(JSON.parse(JSON.stringify(request)) as FunctionRequest);
        return { payload: answer === undefined ? null : (JSON.parse(JSON.stringify(answer)) as unknown) };
      } catch (error) {
        const { name: errorType, message: errorMessage } =
          error instanceof Error ? error : new Error(String(error));
        return { functionError: { errorType, errorMessage } };
      }
    },
  };
}
