import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What the service answers to one request: an output, or an error to throw. */
export type Scripted = Readonly<Record<string, unknown>> | Error;

export interface ScriptedClient {
  readonly client: DynamoDBClient;
  /** Every input that was sent, in order. */
  readonly sent: readonly Readonly<Record<string, unknown>>[];
}

/** A client that sends nothing: it answers in order from a list, and the last answer for ever. */
export function scriptedClient(...answers: readonly Scripted[]): ScriptedClient {
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const sent: Readonly<Record<string, unknown>>[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      const answer = answers[Math.min(sent.length, answers.length - 1)] ?? {};
      sent.push(args.input as Readonly<Record<string, unknown>>);
      if (answer instanceof Error) throw answer;
      return { output: { $metadata: {}, ...answer }, response: {} };
    },
    { step: 'initialize', priority: 'high' },
  );
  return { client, sent };
}
