/** A request to a service of AWS, as a command of the SDK has it. */
export interface SdkRequest {
  /** As IAM calls the service, such as `elasticloadbalancing`. */
  readonly service: string;
  /** Such as `RegisterTargets`. */
  readonly operation: string;
  readonly input: object;
}

/** Looks at a request before the service does. It throws what the service answers instead. */
export type GuardRequest = (request: SdkRequest) => void;

/** The parts of an SDK command that are used here. */
interface SdkCommand {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/** The same client, every request of which is guarded. @param guard Default: nothing is */
export function guarded<Client extends object>(
  service: string,
  client: Client,
  guard: GuardRequest | undefined,
): Client {
  if (guard === undefined) return client;
  const { send } = client as unknown as { readonly send: (command: SdkCommand) => Promise<unknown> };
  const guardedSend = async (command: SdkCommand): Promise<unknown> => {
    guard({ service, operation: command.constructor.name.replace(/Command$/, ''), input: command.input });
    return await send(command);
  };
  // Paginators require an instance of the client's class.
  return Object.assign(Object.create(Object.getPrototypeOf(client)) as Client, client, { send: guardedSend });
}
