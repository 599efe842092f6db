import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';
import { startOnFreePorts } from '../process/server-process.ts';

/** As in pom.xml. */
const VERSION = '2.6.1';

export interface DynamoDbLocal {
  readonly endpoint: string;
  readonly region: 'us-east-1';
  readonly logPath: string;
  /** Ends the server and drops everything that was stored. */
  readonly stop: () => Promise<void>;
}

/**
 * AWS's own DynamoDB for one machine, in memory, on a free port of 127.0.0.1. The first start fetches it with Maven
 * (about 50 MB) into the cache. Any credentials will do.
 *
 * @throws Error if java or mvn is missing, the download fails, or it isn't ready within 30 s
 */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const libraries = await cachedInstall(`dynamodb-local-${VERSION}`, install);
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-dynamodb-'));
  const logPath = join(directory, 'server.log');
  const endpointOn = (port: number) => `http://127.0.0.1:${port}`;
  const server = await startOnFreePorts(1, ([port = 0]) => ({
    name: `DynamoDB Local ${VERSION}`,
    command: 'java',
    args: [
      `-Djava.library.path=${libraries}`,
      '-DDDBLocal.Telemetry=false',
      '-cp',
      join(libraries, '*'),
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      '-inMemory',
      // Without this, callers see only tables made with the same access key and in the same Region.
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    env: process.env,
    cwd: directory,
    logPath,
    isReady: () => answers(endpointOn(port)),
    readyWithinSeconds: 30,
  }));
  const [port = 0] = server.ports;
  return {
    endpoint: endpointOn(port),
    region: 'us-east-1',
    logPath,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function install(directory: string): Promise<void> {
  const pom = join(directory, 'pom.xml');
  await copyFile(join(import.meta.dirname, 'pom.xml'), pom);
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${directory}`];
  await runInstaller('mvn', ['--batch-mode', '--quiet', '--file', pom, ...goal], directory);
}

/** It refuses a request without a signature, which shows that it answers. */
async function answers(endpoint: string): Promise<boolean> {
  return await fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
}
