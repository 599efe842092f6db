import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import { readEnvironment } from './environment.ts';

/**
 * The configuration that was compiled into the function's package, read without a network call.
 *
 * @throws Error if the file is missing, or was compiled by another version
 */
export function readConfiguration(): CompiledConfiguration {
  const { CONFIGURATION_FILE } = readEnvironment(['CONFIGURATION_FILE']);
  const file = resolve(process.env['LAMBDA_TASK_ROOT'] ?? '.', CONFIGURATION_FILE);
  const compiled = JSON.parse(readFileSync(file, 'utf8')) as CompiledConfiguration;
  if (compiled.formatVersion !== 1) {
    throw new Error(
      `${file}: format version ${compiled.formatVersion}, 1 expected: deploy code and configuration together`,
    );
  }
  return compiled;
}
