import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';
import { startOnFreePorts } from '../process/server-process.ts';
import { type Iam, iamAt } from './iam.ts';

/** Its JSONata is complete enough for our definitions only from 1.5.20 on. */
const VERSION = '1.5.33';
const LAUNCHER = join(import.meta.dirname, 'launch.py');

const REGION = 'us-east-1';
const projectBin = join(import.meta.dirname, '..', '..', 'node_modules', '.bin');

export interface MiniStackOptions {
  /** Factor on every Wait of a state machine: 0.1 waits a tenth. @default 1 */
  readonly waitScale?: number;
  /** More of its environment, which its Lambda workers inherit. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface MiniStack {
  readonly endpoint: string;
  readonly region: 'us-east-1';
  /** The log of MiniStack and its Lambda workers. Deleted by `stop`. */
  readonly logPath: string;
  /** Enforces nothing until it is switched on. */
  readonly iam: Iam;
  /** Ends MiniStack and its workers, and drops its state. */
  readonly stop: () => Promise<void>;
}

/**
 * An AWS emulator on a free port of 127.0.0.1, empty at every start. The first start installs it with pip into a
 * virtual environment in the cache. Any credentials will do. Its Lambda workers run this project's Node.
 *
 * @throws Error if python3 with venv is missing, the install fails, or it isn't healthy within 60 s
 */
export async function startMiniStack(options: MiniStackOptions = {}): Promise<MiniStack> {
  const python = await ministackPython();
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-ministack-'));
  const logPath = join(directory, 'server.log');
  const server = await startOnFreePorts(2, ([port = 0, iamPort]) => ({
    name: `MiniStack ${VERSION}`,
    command: python,
    args: [LAUNCHER],
    env: environment(port, directory, {
      ...options,
      env: { SELFHEAL_IAM_PORT: String(iamPort), ...options.env },
    }),
    cwd: directory,
    logPath,
    isReady: () => isHealthy(endpointOn(port)),
    readyWithinSeconds: 60,
  }));
  const [port = 0, iamPort = 0] = server.ports;
  return {
    endpoint: endpointOn(port),
    region: REGION,
    logPath,
    iam: iamAt(iamPort),
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The Python that has MiniStack. @throws Error as `startMiniStack` does */
export async function ministackPython(): Promise<string> {
  return join(await cachedInstall(`ministack-${VERSION}`, install), 'bin', 'python');
}

function endpointOn(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function install(directory: string): Promise<void> {
  await runInstaller('python3', ['-m', 'venv', directory]);
  const python = join(directory, 'bin', 'python');
  await runInstaller(python, ['-m', 'pip', 'install', '--quiet', `ministack==${VERSION}`]);
}

/** Our environment without any endpoint or credentials of AWS: nothing may reach a real account. */
function environment(
  port: number,
  directory: string,
  options: MiniStackOptions,
): Readonly<Record<string, string | undefined>> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|MINISTACK|LOCALSTACK|LAMBDA|SFN)_/.test(name),
  );
  return {
    ...Object.fromEntries(own),
    PATH: [projectBin, process.env['PATH'] ?? ''].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    TMPDIR: directory,
    STATE_DIR: join(directory, 'state'),
    PERSIST_STATE: '0',
    LAMBDA_EXECUTOR: 'local',
    LOG_LEVEL: 'INFO',
    MINISTACK_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    SFN_WAIT_SCALE: String(options.waitScale ?? 1),
    ...options.env,
  };
}

async function isHealthy(endpoint: string): Promise<boolean> {
  return await fetch(`${endpoint}/_ministack/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.status === 200,
    () => false,
  );
}
