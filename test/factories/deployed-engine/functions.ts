import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import type { LocalCloud } from '../../../local/cloud/local-cloud.ts';
import type { AwsConfig } from './queues.ts';

const UPDATE_SECONDS = 60;

/** Invokes a function and waits for its answer. @throws Error with what the function said, if it failed */
export async function invokeFunction(aws: AwsConfig, FunctionName: string, event: unknown): Promise<unknown> {
  const { Payload, FunctionError } = await new LambdaClient(aws).send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  const text = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) throw new Error(`${FunctionName}: ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** Has Lambda invoke a function as for an event: it tries again by itself, and sends what it gives up to its destination. */
export async function invokeForEvent(aws: AwsConfig, FunctionName: string, event: unknown): Promise<void> {
  await new LambdaClient(aws).send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }),
  );
}

/** Name of the role that a function works under. */
export async function roleOfFunction(aws: AwsConfig, FunctionName: string): Promise<string> {
  const { Role = '' } = await new LambdaClient(aws).send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  return Role.split('/').at(-1) ?? '';
}

/** Sets some of a function's environment variables and leaves the others. */
export async function setVariables(
  aws: AwsConfig,
  FunctionName: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const client = new LambdaClient(aws);
  const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ...variables };
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client, maxWaitTime: UPDATE_SECONDS, minDelay: 1 }, { FunctionName });
}

/** The functions that have a certain environment variable. */
export async function functionNames(aws: AwsConfig, variable: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: new LambdaClient(aws) }, {})) {
    for (const { FunctionName = '', Environment } of Functions) {
      if (Environment?.Variables?.[variable] !== undefined) names.push(FunctionName);
    }
  }
  return names;
}

/** An output of the stacks. @throws Error if they have none of that name */
export function output({ outputs }: Pick<LocalCloud, 'outputs'>, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`the stacks have no output ${name}`);
  return value;
}

/** Hands its request over to the test, and answers what that says. */
const RELAY = `
export const handler = async (request) => {
  const response = await fetch(process.env.RELAY_URL, { method: 'POST', body: JSON.stringify(request) });
  const text = await response.text();
  if (!response.ok) throw new RangeError(text);
  return text === '' ? undefined : JSON.parse(text);
};
`;

const LAMBDA_MAY_ASSUME = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Deploys a function of the user's, with code of its own, which Lambda runs. */
export async function createUserFunction(
  aws: AwsConfig,
  FunctionName: string,
  relayUrl: string,
): Promise<void> {
  await createFunction(aws, FunctionName, { source: RELAY, variables: { RELAY_URL: relayUrl } });
}

/** Deploys a function from the source of its module `index.mjs`. */
export async function createFunction(
  aws: AwsConfig,
  FunctionName: string,
  {
    source,
    variables = {},
  }: { readonly source: string; readonly variables?: Readonly<Record<string, string>> },
): Promise<void> {
  const role = await new IAMClient(aws).send(
    new CreateRoleCommand({
      RoleName: FunctionName,
      AssumeRolePolicyDocument: JSON.stringify(LAMBDA_MAY_ASSUME),
    }),
  );
  await new LambdaClient(aws).send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role.Role?.Arn,
      Timeout: 10,
      Environment: { Variables: variables },
      Code: { ZipFile: await zipped(source) },
    }),
  );
}

/** A deployment package with one module. */
export async function zipped(source: string): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-function-'));
  try {
    const [module, archive] = [join(directory, 'index.mjs'), join(directory, 'function.zip')];
    await writeFile(module, source);
    // Python is there wherever MiniStack is.
    const made = spawnSync('python3', ['-m', 'zipfile', '-c', archive, module], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`python3 -m zipfile failed: ${made.stderr}`);
    return await readFile(archive);
  } finally {
    await rm(directory, { recursive: true });
  }
}
