import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import { type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { ENGINE_HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { handlerCode } from '../../infra/constructs/handler-code.ts';
import { loadedAtStart } from '../factories/loaded-at-start.ts';

const EMPTY_HANDLER = 'export const handler = async () => ({});\n';

/** Imports a bundle as Lambda does, wired at once, and prints how long that took. */
const PROBE = `
const startedMs = performance.now();
const { handler } = await import(process.argv[1]);
if (typeof handler !== 'function') throw new Error('no handler');
console.log(performance.now() - startedMs);
`;

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  TABLE_NAME: 'bench',
  HOME_ACCOUNT: '000000000000',
  HOME_REGION: 'us-east-1',
  HEAL_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:000000000000:stateMachine:bench',
  SOC_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:bench',
  ARCHITECT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:bench',
};

export interface BundleFigures {
  readonly name: string;
  /** Minified, the AWS SDK included. */
  readonly bytes: number;
  /** What Lambda fetches at a cold start, roughly. */
  readonly gzippedBytes: number;
  /** Shortest time to import the bundle in a new Node process, clients built: other processes only add to it. */
  readonly initMs: number;
  /** Shortest time of the whole process, from its start to its end. */
  readonly processMs: number;
  /** To an empty handler's process, measured in turn with it. */
  readonly processRatio: number;
}

/** Bundles every handler as the deployment does, and imports each in fresh processes, all of them in turn. */
export function measureBundles(configurationText: string, repetitions: number): readonly BundleFigures[] {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-bundles-'));
  try {
    const packages = new Map([
      ['(empty handler)', emptyPackage(directory)],
      ...bundled(directory, configurationText),
    ]);
    const samples = new Map([...packages.keys()].map((name) => [name, [] as Sample[]]));
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (const [name, path] of packages) samples.get(name)?.push(sample(path, name));
    }
    const shortest = [...samples].map(([name, taken]) => ({
      name,
      initMs: Math.min(...taken.map(({ initMs }) => initMs)),
      processMs: Math.min(...taken.map(({ processMs }) => processMs)),
    }));
    const emptyMs = shortest[0]?.processMs ?? Number.NaN;
    return shortest.map((one) => {
      const loaded = Buffer.concat(loadedAtStart(join(packages.get(one.name) ?? '', 'index.mjs')));
      const bytes = loaded.length;
      const gzippedBytes = gzipSync(loaded).length;
      return { ...one, bytes, gzippedBytes, processRatio: one.processMs / emptyMs };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function emptyPackage(directory: string): string {
  const path = join(directory, 'empty');
  mkdirSync(path);
  writeFileSync(join(path, 'index.mjs'), EMPTY_HANDLER);
  return path;
}

function bundled(directory: string, configurationText: string): readonly (readonly [string, string])[] {
  const loaded = loadConfiguration(configurationText, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return ENGINE_HANDLERS.map((name) => {
    // An app for each, so that the only package in its assembly is the handler's.
    const outdir = join(directory, name);
    const app = new App({ outdir });
    const code: Code = handlerCode(name, loaded.compiled);
    const runtime = Runtime.NODEJS_24_X;
    new LambdaFunction(new Stack(app, 'Bench'), 'Function', { code, runtime, handler: 'index.handler' });
    app.synth();
    const [asset] = readdirSync(outdir).filter((entry) => entry.startsWith('asset.'));
    if (asset === undefined) throw new Error(`no package for ${name}`);
    return [name, join(outdir, asset)] as const;
  });
}

interface Sample {
  readonly initMs: number;
  readonly processMs: number;
}

function sample(directory: string, name: string): Sample {
  const beganMs = performance.now();
  const argv = ['--input-type=module', '--eval', PROBE, join(directory, 'index.mjs')];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    cwd: directory,
    env: { ...ENVIRONMENT, AWS_LAMBDA_FUNCTION_NAME: name, LAMBDA_TASK_ROOT: directory },
  });
  if (status !== 0) throw new Error(`${name} can't be imported:\n${stderr}`);
  return { initMs: Number(stdout.trim().split('\n').at(-1)), processMs: performance.now() - beganMs };
}
