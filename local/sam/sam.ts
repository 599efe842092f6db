import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';

const VERSION = '1.170.0';

/**
 * Runs AWS's SAM CLI, without its telemetry and without credentials. The first call installs it with pip into a virtual
 * environment in the cache (about 340 MB).
 *
 * @returns what it printed
 * @throws Error with that if python3 with venv is missing, the install fails, or the command ends with another code than 0
 */
export async function runSam(args: readonly string[], cwd: string): Promise<string> {
  const installation = await cachedInstall(`aws-sam-cli-${VERSION}`, install);
  const home = await mkdtemp(join(tmpdir(), 'selfheal-sam-'));
  try {
    return await run(join(installation, 'bin', 'python'), [...RUN_SAM, ...args], cwd, {
      PATH: process.env['PATH'],
      // It keeps settings in its home.
      HOME: home,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      SAM_CLI_TELEMETRY: '0',
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const RUN_SAM = ['-m', 'samcli'];

async function install(directory: string): Promise<void> {
  await runInstaller('python3', ['-m', 'venv', directory]);
  const python = join(directory, 'bin', 'python');
  await runInstaller(python, ['-m', 'pip', 'install', '--quiet', `aws-sam-cli==${VERSION}`]);
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`sam ${args.slice(2).join(' ')} ended with code ${code}:\n${output}`));
    });
  });
}
