import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { LOCAL_ACCOUNT } from '../../../local/cloud/endpoint.ts';
import type { LocalCloud } from '../../../local/cloud/local-cloud.ts';

export interface VantagePointProps {
  readonly cloud: LocalCloud;
  /** Text of selfheal.yaml. */
  readonly configuration: string;
  readonly name: string;
  /** Group id of its process, which marks its packets. */
  readonly groupId: number;
  /** Takes the compiled configuration. */
  readonly directory: string;
}

export interface VantagePoint {
  /** What it has printed, the last of it. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const PROGRAM = join(import.meta.dirname, 'vantage-point-program.ts');

/** A vantage point beside those that are deployed: the same handler, invoked every minute, in a process of its own. */
export async function startVantagePoint(props: VantagePointProps): Promise<VantagePoint> {
  const { cloud, configuration, name, groupId, directory } = props;
  const loaded = loadConfiguration(configuration, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const file = join(directory, `${name}.json`);
  await writeFile(file, JSON.stringify(loaded.compiled));
  const child = spawn(process.execPath, [PROGRAM, name], {
    gid: groupId,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      CONFIGURATION_FILE: file,
      TABLE_NAME: cloud.outputs['TableName'],
      HOME_ACCOUNT: LOCAL_ACCOUNT,
      HOME_REGION: cloud.aws.region,
      AWS_ENDPOINT_URL: cloud.aws.endpoint,
      AWS_ENDPOINT_URL_SSM: cloud.ssm.endpoint,
      AWS_REGION: cloud.aws.region,
      AWS_ACCESS_KEY_ID: cloud.aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.aws.credentials.secretAccessKey,
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
    });
  }
  const ended = once(child, 'close');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    log: () => log,
    stop: async () => {
      process.off('exit', kill);
      child.kill('SIGTERM');
      await ended;
    },
  };
}
