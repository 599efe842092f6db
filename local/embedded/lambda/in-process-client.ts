import { LambdaClient, LambdaServiceException } from '@aws-sdk/client-lambda';
import { LambdaServiceError } from './errors.ts';
import type { VersionedFunctions } from './versioned-functions.ts';

/** The parts of an SDK command that are used here. */
interface SdkCommand {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/** A client of the SDK whose requests go straight to the functions in this process: the real adapter runs over it. */
export function createInProcessLambdaClient({
  operations,
}: Pick<VersionedFunctions, 'operations'>): LambdaClient {
  const send = async (command: SdkCommand): Promise<unknown> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const operation = operations[name];
    if (operation === undefined) throw new TypeError(`Lambda: ${name} is not supported in this process`);
    try {
      return operation(command.input);
    } catch (error) {
      if (!(error instanceof LambdaServiceError)) throw error;
      throw new LambdaServiceException({
        name: error.code,
        message: error.message,
        $fault: 'client',
        $metadata: { httpStatusCode: error.statusCode },
      });
    }
  };
  return Object.assign(Object.create(LambdaClient.prototype) as LambdaClient, { send });
}
