import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { build } from 'rolldown';
import { LOCAL_ACCOUNT, type LocalEndpoint } from '../../../local/cloud/endpoint.ts';
import type { LocalCloud } from '../../../local/cloud/local-cloud.ts';
import { type RecordedCall, startRecordingProxy } from '../recording-proxy.ts';
import { unsigned } from '../unsigned.ts';
import { POLLING_SOURCES } from './polling-sources.ts';

const ROLE = `arn:aws:iam::${LOCAL_ACCOUNT}:role/polling`;
const MEMORY_MB = 256;

export interface PollingLoop {
  readonly stateMachineArn: string;
  readonly functionNames: readonly string[];
  /** Calls of its functions so far, oldest first. */
  readonly calls: readonly RecordedCall[];
  readonly close: () => Promise<void>;
}

/** The polling loop and its three functions, by API calls. */
export async function deployPolling({ aws, ssm }: LocalCloud, sfn: SFNClient): Promise<PollingLoop> {
  const calls: RecordedCall[] = [];
  const proxy = await startRecordingProxy({
    service: 'SSM',
    upstream: ssm.endpoint,
    record: (call) => calls.push(call),
  });
  const environment = { AWS_ENDPOINT_URL_SSM: proxy.url };
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-polling-'));
  try {
    let definition = await readFile(join(import.meta.dirname, 'polling.asl.json'), 'utf8');
    const functionNames: string[] = [];
    for (const { name, entry, placeholder } of POLLING_SOURCES) {
      const code = await bundled(entry, join(directory, name));
      definition = definition.replaceAll(placeholder, await createFunction(aws, name, code, environment));
      functionNames.push(name);
    }
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({ name: 'polling', definition, roleArn: ROLE, type: 'STANDARD' }),
    );
    return { stateMachineArn, functionNames, calls, close: proxy.close };
  } catch (error) {
    await proxy.close();
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A zip with one file; Python is there wherever MiniStack is. */
async function bundled(entry: string, directory: string): Promise<Buffer> {
  const outfile = join(directory, 'index.js');
  await build({
    input: entry,
    platform: 'node',
    transform: { target: 'node24' },
    logLevel: 'warn',
    output: { file: outfile, format: 'cjs', minify: true, comments: false },
  });
  const archive = join(directory, 'function.zip');
  const zipped = spawnSync('python3', ['-m', 'zipfile', '-c', archive, outfile], { encoding: 'utf8' });
  if (zipped.status !== 0) throw new Error(`python3 -m zipfile failed: ${zipped.stderr}`);
  return await readFile(archive);
}

async function createFunction(
  aws: LocalEndpoint,
  name: string,
  code: Buffer,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(`${aws.endpoint}/2015-03-31/functions`, {
    method: 'POST',
    headers: { ...unsigned(aws, 'lambda'), 'content-type': 'application/json' },
    body: JSON.stringify({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Role: ROLE,
      Handler: 'index.handler',
      MemorySize: MEMORY_MB,
      Timeout: 30,
      Environment: { Variables: environment },
      Code: { ZipFile: code.toString('base64') },
    }),
  });
  const answer = (await response.json()) as { readonly FunctionArn?: string };
  if (!answer.FunctionArn) throw new Error(`${name}: ${response.status} ${JSON.stringify(answer)}`);
  return answer.FunctionArn;
}
