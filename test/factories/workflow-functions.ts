import type { LocalEndpoint } from '../../local/cloud/endpoint.ts';
import type { LocalCloud } from '../../local/cloud/local-cloud.ts';
import { unsigned } from './workflow-queues.ts';

/** Invokes a function and waits for its answer. @throws Error with what the function said, if it failed */
export async function invokeFunction(aws: LocalEndpoint, name: string, event: unknown): Promise<unknown> {
  const response = await fetch(`${aws.endpoint}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: { ...unsigned(aws, 'lambda'), 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  const text = await response.text();
  if (!response.ok || response.headers.has('x-amz-function-error')) throw new Error(`${name}: ${text}`);
  return JSON.parse(text) as unknown;
}

/** Sets some of a function's environment variables and leaves the others. */
export async function setVariables(
  aws: LocalEndpoint,
  name: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const url = `${aws.endpoint}/2015-03-31/functions/${name}/configuration`;
  const headers = { ...unsigned(aws, 'lambda'), 'content-type': 'application/json' };
  const current = (await (await fetch(url, { headers })).json()) as {
    readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  };
  const Variables = { ...current.Environment?.Variables, ...variables };
  const body = JSON.stringify({ Environment: { Variables } });
  const response = await fetch(url, { method: 'PUT', headers, body });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
}

/** The functions that have a certain environment variable. */
export async function functionNames(aws: LocalEndpoint, variable: string): Promise<readonly string[]> {
  const response = await fetch(`${aws.endpoint}/2015-03-31/functions/`, { headers: unsigned(aws, 'lambda') });
  const { Functions } = (await response.json()) as {
    readonly Functions: readonly {
      readonly FunctionName: string;
      readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
    }[];
  };
  return Functions.filter(({ Environment }) => Environment?.Variables?.[variable] !== undefined).map(
    ({ FunctionName }) => FunctionName,
  );
}

/** An output of the stacks. @throws Error if they have none of that name */
export function output({ outputs }: Pick<LocalCloud, 'outputs'>, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`the stacks have no output ${name}`);
  return value;
}
