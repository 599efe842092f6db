import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssetHashType, DockerImage, type ILocalBundling } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';

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
 * esbuild runs in this process: neither Docker nor a network is needed.
 */
export function handlerCode(entry: string, configuration: CompiledConfiguration): Code {
  return Code.fromAsset(dirname(entry), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK wants an image to fall back on; local bundling never leaves it the choice.
      image: DockerImage.fromRegistry('unused'),
      local: new HandlerBundling(entry, configuration),
    },
  });
}

class HandlerBundling implements ILocalBundling {
  private readonly entry: string;
  private readonly configuration: CompiledConfiguration;

  constructor(entry: string, configuration: CompiledConfiguration) {
    this.entry = entry;
    this.configuration = configuration;
  }

  tryBundle(outputDirectory: string): boolean {
    buildSync({
      entryPoints: [this.entry],
      outfile: join(outputDirectory, BUNDLE_FILE),
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
    writeFileSync(join(outputDirectory, CONFIGURATION_FILE), JSON.stringify(this.configuration));
    return true;
  }
}
