import { join } from 'node:path';
import { build } from 'esbuild';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { trimmedLibraries } from './trimmed-libraries.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');

/** CommonJS parts of the AWS SDK call `require` for Node's own modules, which an ES module doesn't have. */
const REQUIRE_IN_ESM =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * Bundles every handler into `<name>.mjs` in the directory given as the argument, all at once, since they share most of
 * their files. A separate program: esbuild takes plugins only asynchronously, and the CDK bundles synchronously.
 */
await build({
  entryPoints: Object.keys(HANDLERS).map((name) => join(FUNCTIONS, `handlers/${name}.ts`)),
  outdir: process.argv[2] ?? '',
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
});
