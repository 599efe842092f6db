import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage, type ILocalBundling } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { HandlerName } from '../../functions/handlers/table/handler-table.ts';
import { bundledHandlers } from '../bundling/bundled-handlers.ts';

const HANDLERS_DIRECTORY = join(import.meta.dirname, '../../functions/handlers');

export const CONFIGURATION_FILE = 'configuration.json';

/**
 * One handler with everything it needs, the AWS SDK included, and the compiled configuration beside it.
 * The bundler runs on this machine: neither Docker nor a network is needed.
 */
export function handlerCode(handler: HandlerName, configuration: CompiledConfiguration): Code {
  return Code.fromAsset(HANDLERS_DIRECTORY, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK requires an image as a fallback; local bundling never falls back to it.
      image: DockerImage.fromRegistry('unused'),
      local: new HandlerBundling(handler, configuration),
    },
  });
}

/** Its fields let the CDK distinguish one package from another. */
class HandlerBundling implements ILocalBundling {
  private readonly handler: HandlerName;
  private readonly configuration: CompiledConfiguration;

  constructor(handler: HandlerName, configuration: CompiledConfiguration) {
    this.handler = handler;
    this.configuration = configuration;
  }

  tryBundle(outputDirectory: string): boolean {
    bundles ??= bundledHandlers();
    cpSync(join(bundles, this.handler), outputDirectory, { recursive: true });
    writeFileSync(join(outputDirectory, CONFIGURATION_FILE), JSON.stringify(this.configuration));
    return true;
  }
}

/** Where this process has found them. */
let bundles: string | undefined;
