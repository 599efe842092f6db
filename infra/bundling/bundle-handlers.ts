import { join } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import { builtInModules } from './built-in-modules.ts';
import { trimmedLibraries } from './trimmed-libraries.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');

/**
 * Bundles every handler into `<name>/index.mjs` in the directory given as the argument. What it imports is in one file
 * beside it, since Node takes as long to find a file as to parse several kilobytes; what it imports only when it first
 * needs it, which is rare, is in files of its own. This is a program of its own because bundlers take plugins only
 * asynchronously, and the CDK bundles synchronously.
 */
const outdir = process.argv[2] ?? '';
await Promise.all((Object.keys(HANDLERS) as readonly HandlerName[]).map(bundle));

async function bundle(name: HandlerName): Promise<void> {
  const { plugin, isLoadedAtStart } = findLoadedAtStart();
  await build({
    input: { index: join(FUNCTIONS, `handlers/${name}.ts`) },
    platform: 'node',
    transform: { target: 'node24' },
    resolve: {
      mainFields: ['module', 'main'],
      // The only link of the SDK's credential chain that a Lambda function uses.
      alias: { '@aws-sdk/credential-provider-node': join(FUNCTIONS, 'runtime/environment-credentials.ts') },
    },
    plugins: [builtInModules, trimmedLibraries(join(FUNCTIONS, 'adapters')), plugin],
    logLevel: 'warn',
    output: {
      dir: join(outdir, name),
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
      codeSplitting: { groups: [{ name: 'start', test: isLoadedAtStart }] },
      comments: false,
      minify: true,
    },
  });
}

/** Finds the modules that an entry imports, directly or not, apart from those that it imports only when it needs them. */
function findLoadedAtStart() {
  const found = new Set<string>();
  const plugin: Plugin = {
    name: 'loaded-at-start',
    buildEnd() {
      const add = (id: string): void => {
        if (found.has(id)) return;
        found.add(id);
        this.getModuleInfo(id)?.importedIds.forEach(add);
      };
      for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry) add(id);
    },
  };
  return { plugin, isLoadedAtStart: (id: string) => found.has(id) };
}
