import { LambdaServiceError } from '../../lambda/errors.ts';
import { StateError } from '../errors.ts';
import type { Integration } from './integration.ts';

/**
 * Invokes a function and waits for it. The function's error keeps its name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export const lambdaInvoke: Integration = {
  resource: 'lambda:invoke',
  hasCallback: true,
  required: ['FunctionName'],
  optional: ['Payload'],
  call: async ({ FunctionName, Payload = {} }, { lambda }) => {
    const answer = await lambda.invoke(String(FunctionName), Payload).catch((error: unknown) => {
      if (error instanceof LambdaServiceError) throw new StateError(`Lambda.${error.code}`, error.message);
      throw error;
    });
    if (answer.functionError !== undefined)
      throw new StateError(answer.functionError.errorType, JSON.stringify(answer.functionError));
    return { ExecutedVersion: '$LATEST', StatusCode: 200, Payload: answer.payload };
  },
};
