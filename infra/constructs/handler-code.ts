import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, DockerImage, type ILocalBundling } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';

const HANDLERS_DIRECTORY = join(import.meta.dirname, '../../functions/handlers');
const BUNDLER = join(import.meta.dirname, '../bundling/bundle-handlers.ts');

/** Name of the bundle inside the function's package; what Lambda calls it without the suffix. */
const BUNDLE_FILE = 'index.mjs';
export const CONFIGURATION_FILE = 'configuration.json';

/**
 * One handler as a single file with everything it needs, the AWS SDK included, and the compiled configuration beside it.
 * esbuild runs on this machine: neither Docker nor a network is needed.
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
    bundles ??= bundleHandlers();
    const bundle = bundles.get(this.handler);
    if (!bundle) throw new Error(`no bundle of ${this.handler}`);
    writeFileSync(join(outputDirectory, BUNDLE_FILE), bundle);
    writeFileSync(join(outputDirectory, CONFIGURATION_FILE), JSON.stringify(this.configuration));
    return true;
  }
}

let bundles: ReadonlyMap<string, Uint8Array> | undefined;

/** All handlers, once for each process. @returns by the handler's name */
function bundleHandlers(): ReadonlyMap<string, Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-bundles-'));
  try {
    execFileSync(process.execPath, [BUNDLER, directory], { stdio: ['ignore', 'ignore', 'inherit'] });
    const names = Object.keys(HANDLERS);
    return new Map(names.map((name) => [name, readFileSync(join(directory, `${name}.mjs`))]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
