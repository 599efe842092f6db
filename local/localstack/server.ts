import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';
import { startOnFreePorts } from '../process/server-process.ts';

/** From March 2026 on, LocalStack asks for an account; from 4.9 on, this part of it needs Python 3.13. */
const VERSION = '4.8.1';
/** Later versions of what it depends on lack what it imports or calls. */
const PINNED = ['cbor2==5.9.0', 'pyOpenSSL==25.3.0'];
const LIBRARIES = 'jsonata';

/**
 * What the tasks of state machines answer instead of calling a service, as LocalStack documents it.
 *
 * @see https://docs.localstack.cloud/aws/services/stepfunctions/#mock-service-integrations
 */
export interface TaskMocks {
  readonly StateMachines: Readonly<
    Record<string, { readonly TestCases: Readonly<Record<string, Readonly<Record<string, string>>>> }>
  >;
  readonly MockedResponses: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface LocalStack {
  readonly endpoint: string;
  readonly region: 'us-east-1';
  /** Ends LocalStack and drops its state. */
  readonly stop: () => Promise<void>;
}

/**
 * LocalStack on a free port of 127.0.0.1, as a process and without Docker, so that it runs no functions. The first start
 * installs it with pip into a virtual environment in the cache (about 520 MB), and with Maven what evaluates JSONata.
 *
 * @throws Error if python3 with venv, Java or mvn is missing, the install fails, or it isn't healthy within 2 minutes
 */
export async function startLocalStack(mocks: TaskMocks): Promise<LocalStack> {
  const installation = await cachedInstall(`localstack-${VERSION}`, install);
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-localstack-'));
  const mocksPath = join(directory, 'mocks.json');
  await writeFile(mocksPath, JSON.stringify(mocks));
  const server = await startOnFreePorts(1, ([port = 0]) => ({
    name: `LocalStack ${VERSION}`,
    command: join(installation, 'bin', 'python'),
    args: [join(import.meta.dirname, 'launch.py'), join(installation, LIBRARIES)],
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      TMPDIR: directory,
      LOCALSTACK_VOLUME_DIR: directory,
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      // Its other server needs a package that it does not name.
      GATEWAY_SERVER: 'hypercorn',
      SFN_MOCK_CONFIG: mocksPath,
      DNS_ADDRESS: '0',
      // Nothing is sent or fetched.
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
    },
    cwd: directory,
    logPath: join(directory, 'server.log'),
    isReady: () => isHealthy(endpointOn(port)),
    readyWithinSeconds: 120,
  }));
  return {
    endpoint: endpointOn(server.ports[0] ?? 0),
    region: 'us-east-1',
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function endpointOn(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function install(directory: string): Promise<void> {
  await runInstaller('python3', ['-m', 'venv', directory]);
  const python = join(directory, 'bin', 'python');
  const packages = [`localstack-core[runtime]==${VERSION}`, ...PINNED];
  await runInstaller(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  const pom = join(directory, 'pom.xml');
  await copyFile(join(import.meta.dirname, 'pom.xml'), pom);
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(directory, LIBRARIES)}`];
  await runInstaller('mvn', ['--batch-mode', '--quiet', '--file', pom, ...goal], directory);
}

async function isHealthy(endpoint: string): Promise<boolean> {
  return await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.status === 200,
    () => false,
  );
}
