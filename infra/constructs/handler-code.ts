import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage, type ILocalBundling } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';

const HANDLERS_DIRECTORY = join(import.meta.dirname, '../../functions/handlers');

/** Name of the bundle inside the function's package; what Lambda calls it without the suffix. */
const BUNDLE_FILE = 'index.mjs';
export const CONFIGURATION_FILE = 'configuration.json';

/** CommonJS parts of the AWS SDK call `require` for Node's own modules, which an ES module doesn't have. */
const REQUIRE_IN_ESM =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** The only link of the SDK's credential chain that a Lambda function uses. */
const ENVIRONMENT_CREDENTIALS = join(
  import.meta.dirname,
  '../../functions/runtime/environment-credentials.ts',
);

/**
 * One handler as a single file with everything it needs, the AWS SDK included, and the compiled configuration beside it.
 * esbuild runs on this machine: neither Docker nor a network is needed.
 */
export function handlerCode(handler: HandlerName, configuration: CompiledConfiguration): Code {
  return Code.fromAsset(HANDLERS_DIRECTORY, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK wants an image to fall back on; local bundling never leaves it the choice.
      image: DockerImage.fromRegistry('unused'),
      local: new HandlerBundling(handler, configuration),
    },
  });
}

/** Its fields tell the CDK one package from another. */
class HandlerBundling implements ILocalBundling {
  private readonly handler: HandlerName;
  private readonly configuration: CompiledConfiguration;

  constructor(handler: HandlerName, configuration: CompiledConfiguration) {
    this.handler = handler;
    this.configuration = configuration;
  }

  tryBundle(outputDirectory: string): boolean {
    bundles ??= bundleHandlers();
    const bundle = bundles.get(this.handler);
    if (!bundle) throw new Error(`no bundle of ${this.handler}`);
    writeFileSync(join(outputDirectory, BUNDLE_FILE), bundle);
    writeFileSync(join(outputDirectory, CONFIGURATION_FILE), JSON.stringify(this.configuration));
    return true;
  }
}

let bundles: ReadonlyMap<string, Uint8Array> | undefined;

/** All handlers in one go, since they read mostly the same files. @returns by the handler's file, without its suffix */
function bundleHandlers(): ReadonlyMap<string, Uint8Array> {
  const { outputFiles } = buildSync({
    entryPoints: Object.keys(HANDLERS).map((handler) => join(HANDLERS_DIRECTORY, `${handler}.ts`)),
    // Nothing is written; the names of what is given back come from here.
    outdir: HANDLERS_DIRECTORY,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': ENVIRONMENT_CREDENTIALS },
    banner: { js: REQUIRE_IN_ESM },
    legalComments: 'none',
    logLevel: 'warning',
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents]));
}
