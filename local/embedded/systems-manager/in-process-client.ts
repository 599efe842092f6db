import { SSMClient, SSMServiceException } from '@aws-sdk/client-ssm';
import { type Operation, SsmError } from '../../ssm/protocol.ts';

/** The parts of an SDK command that are used here. */
interface SdkCommand {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/**
 * A client of the SDK whose requests go straight to operations in this process: the real adapter runs over it, without
 * sockets, credentials or retries. Never rejects with anything but what the service would answer.
 *
 * @param operations by name, such as `SendCommand`
 */
export function createInProcessSsmClient(operations: Readonly<Record<string, Operation>>): SSMClient {
  const send = async (command: SdkCommand): Promise<unknown> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const operation = operations[name];
    if (operation === undefined) throw new TypeError(`SSM: ${name} is not supported in this process`);
    try {
      return operation({ ...command.input });
    } catch (error) {
      throw error instanceof SsmError ? asSdkError(error) : error;
    }
  };
  // Paginators require an instance of the class; its constructor, which reads the environment, is not run.
  return Object.assign(Object.create(SSMClient.prototype) as SSMClient, { send });
}

function asSdkError({ code, message, statusCode }: SsmError): SSMServiceException {
  return new SSMServiceException({
    name: code,
    message,
    $fault: statusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: statusCode },
  });
}
