import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import { trimmedLibraries } from './trimmed-libraries.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');

/** CommonJS parts of the AWS SDK call `require` for Node's own modules, which an ES module doesn't have. */
const REQUIRE_IN_ESM =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const OPTIONS: BuildOptions = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  // The only link of the SDK's credential chain that a Lambda function uses.
  alias: { '@aws-sdk/credential-provider-node': join(FUNCTIONS, 'runtime/environment-credentials.ts') },
  plugins: [trimmedLibraries(join(FUNCTIONS, 'adapters'))],
  banner: { js: REQUIRE_IN_ESM },
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * Handlers that load some of their adapters only when they first need them, which is rare. Each such adapter gets a file
 * of its own.
 */
const SPLIT: ReadonlySet<HandlerName> = new Set([
  'act',
  'analyze',
  'command-status',
  'conclude',
  'diagnose',
  'execution-ended',
  'prepare-rollback',
  'reconcile',
  'verify',
  'triage',
]);

/**
 * Bundles every handler into `<name>/index.mjs` in the directory given as the argument. Those that are not split are
 * bundled together, since they share most of their files. This is a program of its own because esbuild takes plugins only
 * asynchronously, and the CDK bundles synchronously.
 */
const outdir = process.argv[2] ?? '';
const names = Object.keys(HANDLERS) as readonly HandlerName[];
const entry = (name: HandlerName, out: string) => ({ in: join(FUNCTIONS, `handlers/${name}.ts`), out });
await Promise.all([
  build({
    ...OPTIONS,
    outdir,
    entryPoints: names.filter((name) => !SPLIT.has(name)).map((name) => entry(name, `${name}/index`)),
  }),
  ...[...SPLIT].map((name) =>
    build({ ...OPTIONS, outdir: join(outdir, name), splitting: true, entryPoints: [entry(name, 'index')] }),
  ),
]);
