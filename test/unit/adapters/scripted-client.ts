import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What the service answers to one request: an output, or an error to throw. */
export type Scripted = Readonly<Record<string, unknown>> | Error;

export interface ScriptedClient<Client> {
  readonly client: Client;
  /** Every input that was sent, in order. */
  readonly sent: readonly Readonly<Record<string, unknown>>[];
}

interface Configured {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A client that sends nothing: it answers in order from a list, and the last answer for ever. */
export function scriptedClient<Client extends object>(
  ClientOfService: new (configured: Configured) => Client,
  ...answers: readonly Scripted[]
): ScriptedClient<Client> {
  const client = new ClientOfService({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const sent: Readonly<Record<string, unknown>>[] = [];
  // The stacks of all clients are the same but for the types of what goes through them.
  (client as unknown as DynamoDBClient).middlewareStack.add(
    () => async (args) => {
      const answer = answers[Math.min(sent.length, answers.length - 1)] ?? {};
      sent.push(args.input as unknown as Readonly<Record<string, unknown>>);
      if (answer instanceof Error) throw answer;
      return { output: { $metadata: {}, ...answer }, response: {} };
    },
    { step: 'initialize', priority: 'high' },
  );
  return { client, sent };
}
