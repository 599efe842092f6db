import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';
import { startOnFreePorts } from '../process/server-process.ts';

const VERSION = '5.2.5';
const REGION = 'us-east-1';

export interface Moto {
  readonly endpoint: string;
  readonly region: typeof REGION;
  /** Ends it, and drops its state. */
  readonly stop: () => Promise<void>;
}

/**
 * The emulator moto (PyPI, Apache-2.0) on a free port of 127.0.0.1, empty at every start: it has what MiniStack lacks of
 * EC2's networks, of Auto Scaling and of load balancers. The first start installs it with pip into the cache.
 *
 * @throws Error if python3 with venv is missing, the install fails, or it does not answer within 60 s
 */
export async function startMoto(): Promise<Moto> {
  const installation = await cachedInstall(`moto-${VERSION}`, install);
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-moto-'));
  const server = await startOnFreePorts(1, ([port = 0]) => ({
    name: `moto ${VERSION}`,
    command: join(installation, 'bin', 'python'),
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    env: environment(),
    cwd: directory,
    logPath: join(directory, 'server.log'),
    isReady: () => answers(endpointOn(port)),
    readyWithinSeconds: 60,
  }));
  const [port = 0] = server.ports;
  return {
    endpoint: endpointOn(port),
    region: REGION,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const endpointOn = (port: number) => `http://127.0.0.1:${port}`;

async function install(directory: string): Promise<void> {
  await runInstaller('python3', ['-m', 'venv', directory]);
  const python = join(directory, 'bin', 'python');
  const services = 'server,ec2,autoscaling,elbv2,rds';
  await runInstaller(python, ['-m', 'pip', 'install', '--quiet', `moto[${services}]==${VERSION}`]);
}

/** Without any endpoint or credentials of AWS: nothing may reach a real account. */
function environment(): Readonly<Record<string, string | undefined>> {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
  return {
    ...Object.fromEntries(own),
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

async function answers(endpoint: string): Promise<boolean> {
  return await fetch(`${endpoint}/moto-api/data.json`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.status === 200,
    () => false,
  );
}
