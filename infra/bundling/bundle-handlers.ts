import { join } from 'node:path';
import { type InputOptions, type OutputChunk, type OutputOptions, rolldown } from 'rolldown';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import { asciiOnly } from './ascii-only.ts';
import { builtInModules } from './built-in-modules.ts';
import { trimmedLibraries } from './trimmed-libraries.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');

const INPUT: InputOptions = {
  platform: 'node',
  transform: { target: 'node24' },
  resolve: {
    mainFields: ['module', 'main'],
    // The only link of the SDK's credential chain that a Lambda function uses.
    alias: { '@aws-sdk/credential-provider-node': join(FUNCTIONS, 'runtime/environment-credentials.ts') },
  },
  plugins: [builtInModules, trimmedLibraries(join(FUNCTIONS, 'adapters')), asciiOnly],
  // A module that is not found would only be warned of, and be missed by a function.
  onLog: (level, log, handle) => handle(log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log),
  checks: { pluginTimings: false },
  logLevel: 'warn',
};

const OUTPUT: OutputOptions = {
  entryFileNames: '[name].mjs',
  chunkFileNames: '[name]-[hash].mjs',
  comments: false,
  minify: true,
};

/**
 * Bundles every handler into `<name>/index.mjs` in the directory given as the argument. What it imports is in one file
 * beside it, since Node takes as long to find a file as to parse several kilobytes; what it imports only when it first
 * needs it, which is rare, is in files of its own. This is a program of its own because bundlers take plugins only
 * asynchronously, and the CDK bundles synchronously.
 */
const outdir = process.argv[2] ?? '';
await Promise.all((Object.keys(HANDLERS) as readonly HandlerName[]).map(bundle));

async function bundle(name: HandlerName): Promise<void> {
  await using bundler = await rolldown({
    ...INPUT,
    input: { index: join(FUNCTIONS, `handlers/${name}.ts`) },
  });
  const { output } = await bundler.generate(OUTPUT);
  const atStart = loadedAtStart(output.filter((file) => file.type === 'chunk'));
  await bundler.write({
    ...OUTPUT,
    dir: join(outdir, name),
    codeSplitting: { groups: [{ name: 'start', test: (id) => atStart.has(id) }] },
  });
}

/** The modules that an entry uses, directly or not, apart from those that only what it imports later uses. */
function loadedAtStart(chunks: readonly OutputChunk[]): ReadonlySet<string> {
  const files = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const add = (chunk: OutputChunk | undefined): void => {
    if (chunk === undefined || !files.delete(chunk.fileName)) return;
    for (const id of chunk.moduleIds) found.add(id);
    for (const file of chunk.imports) add(files.get(file));
  };
  add(chunks.find(({ isEntry }) => isEntry));
  return found;
}
