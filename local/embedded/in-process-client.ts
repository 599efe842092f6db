import { ApiError } from './api-error.ts';

/** Operations of a service's API, by name. */
export type Operations = Readonly<Record<string, (input: unknown) => object>>;

/** The parts of an SDK command that are used here. */
interface SdkCommand {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/**
 * What an adapter takes for the SDK's client of a service, with requests that go straight to the service in this process:
 * the real adapter runs over it.
 */
export function createInProcessClient<Client>(service: string, operations: Operations): Client {
  const send = async (command: SdkCommand): Promise<unknown> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const operation = operations[name];
    if (operation === undefined) throw new TypeError(`${service}: ${name} is not supported in this process`);
    try {
      return operation(command.input);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw Object.assign(new Error(error.message), {
        name: error.code,
        $fault: 'client',
        $metadata: { httpStatusCode: error.statusCode },
      });
    }
  };
  return { send } as Client;
}
