import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cachedInstall, runInstaller } from '../../../local/process/cached-install.ts';

const VERSION = '1.44.8';

/** A shape of a service's API, as botocore's data files describe it. */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  /** Of an error: how the query protocol names it, and its status. */
  readonly error?: { readonly code?: string; readonly httpStatusCode: number };
}

/** AWS's own description of a service's API: every operation and the bounds of every member. */
export interface ServiceModel {
  readonly operations: Readonly<
    Record<
      string,
      { readonly input?: { readonly shape: string }; readonly output?: { readonly shape: string } }
    >
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/**
 * The model that AWS publishes with its SDK for Python (botocore, Apache-2.0), which is installed into the cache once.
 *
 * @throws Error if python3 with venv is missing, or the install fails
 */
export async function serviceModel(service: string, apiVersion: string): Promise<ServiceModel> {
  const installation = await cachedInstall(`botocore-${VERSION}`, async (directory) => {
    await runInstaller('python3', ['-m', 'venv', join(directory, 'venv')]);
    const pip = join(directory, 'venv', 'bin', 'pip');
    await runInstaller(pip, ['install', '--no-deps', '--target', directory, `botocore==${VERSION}`]);
  });
  const path = join(installation, 'botocore', 'data', service, apiVersion, 'service-2.json.gz');
  const model = JSON.parse(gunzipSync(await readFile(path)).toString()) as ServiceModel;
  return { ...model, shapes: { ...model.shapes, ...withoutPattern(model, UNTRUE_PATTERNS) } };
}

/**
 * Shapes whose pattern refuses AWS's own answers: StringDateTime holds durations, too, such as `PT0.091S`, and times with
 * milliseconds. Source: the example of API_GetCommandInvocation.
 */
const UNTRUE_PATTERNS = ['StringDateTime'];

function withoutPattern(model: ServiceModel, names: readonly string[]): Readonly<Record<string, Shape>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const shape = model.shapes[name];
      if (shape === undefined) return [];
      const { pattern: _, ...rest } = shape;
      return [[name, rest] as const];
    }),
  );
}
