import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, DockerImage, type ILocalBundling } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';

const HANDLERS_DIRECTORY = join(import.meta.dirname, '../../functions/handlers');
const BUNDLER = join(import.meta.dirname, '../bundling/bundle-handlers.ts');

export const CONFIGURATION_FILE = 'configuration.json';

/**
 * One handler with everything it needs, the AWS SDK included, and the compiled configuration beside it.
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
    const files = bundles.get(this.handler);
    if (!files) throw new Error(`no bundle of ${this.handler}`);
    for (const [name, content] of files) writeFileSync(join(outputDirectory, name), content);
    writeFileSync(join(outputDirectory, CONFIGURATION_FILE), JSON.stringify(this.configuration));
    return true;
  }
}

/** The files of a package, by their names. */
type Files = ReadonlyMap<string, Uint8Array>;

let bundles: ReadonlyMap<string, Files> | undefined;

/** All handlers, once for each process. @returns by the handler's name */
function bundleHandlers(): ReadonlyMap<string, Files> {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-bundles-'));
  try {
    execFileSync(process.execPath, [BUNDLER, directory], { stdio: ['ignore', 'ignore', 'inherit'] });
    const filesOf = (name: string): Files =>
      new Map(
        readdirSync(join(directory, name)).map((file) => [file, readFileSync(join(directory, name, file))]),
      );
    return new Map(Object.keys(HANDLERS).map((name) => [name, filesOf(name)]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
