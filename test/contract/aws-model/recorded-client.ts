import type { ServiceModel } from './service-model.ts';
import { shapeFaults } from './shape-faults.ts';

/** What a client of the SDK sends: its class says which operation it is, and its input has the members of the model. */
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: unknown;
}

interface Sender {
  readonly send: (command: never) => Promise<unknown>;
}

/** A client, and everything that it sends or is answered; for protocols that a recording proxy cannot read, too. */
export interface RecordedClient<Client> {
  readonly client: Client;
  /** By name. */
  readonly operations: ReadonlySet<string>;
  /** Where a request, or an answer, is not of the model's shapes. */
  readonly faults: { readonly requests: readonly string[]; readonly answers: readonly string[] };
}

export function recordClient<Client extends Sender>(
  client: Client,
  model: ServiceModel,
): RecordedClient<Client> {
  const operations = new Set<string>();
  const requests: string[] = [];
  const answers: string[] = [];
  const send = async (command: Command): Promise<unknown> => {
    const operation = command.constructor.name.replace(/Command$/, '');
    const { input, output } = model.operations[operation] ?? {};
    operations.add(operation);
    requests.push(
      ...(input ? shapeFaults(model, input.shape, plain(command.input)) : [`no operation ${operation}`]),
    );
    const answer = await client.send(command as never);
    const { $metadata: _, ...members } = answer as Readonly<Record<string, unknown>>;
    if (output) answers.push(...shapeFaults(model, output.shape, plain(members)));
    return answer;
  };
  return { client: { ...client, send } as Client, operations, faults: { requests, answers } };
}

/** Members that are `undefined` are not sent; times are numbers in the model. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (isTime(part) ? Date.parse(part) / 1_000 : part)),
  );
}

function isTime(part: unknown): part is string {
  return typeof part === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(part);
}
