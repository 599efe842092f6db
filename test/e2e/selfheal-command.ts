import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const SELFHEAL = join(import.meta.dirname, '..', '..', 'cli', 'selfheal.js');

export interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export type RunSelfheal = (args: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<Answer>;

/** The command as a person runs it, in a directory with the configuration; without this machine's own files of AWS. */
export function selfhealIn(directory: string, endpoint: string | undefined): RunSelfheal {
  return async (args, environment = {}) => {
    const own = Object.entries(process.env).filter(([name]) => !/^AWS_/.test(name));
    const child = spawn(process.execPath, [SELFHEAL, ...args], {
      cwd: directory,
      env: {
        ...Object.fromEntries(own),
        HOME: directory,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: endpoint,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((done) => child.once('close', done)),
    ]);
    return { code, out, err };
  };
}
