import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CompiledConfiguration } from '../functions/core/configuration/compiled.ts';
import { type LoadedConfiguration, loadConfiguration } from '../functions/core/configuration/load.ts';
import { nearestName } from '../functions/core/configuration/nearest-name.ts';
import { CommandFailed } from './errors.ts';

export const DEFAULT_CONFIG = './selfheal.yaml';

/** @throws CommandFailed if it cannot be read */
export function loadFile(path: string): LoadedConfiguration {
  return loadConfiguration(textOf(path), path, (file) => readFileSync(resolve(dirname(path), file), 'utf8'));
}

/**
 * The configuration that commands judge by; it should be the one that is deployed.
 *
 * @throws CommandFailed if it cannot be read, or is invalid
 */
export function readConfigurationFile(path: string): CompiledConfiguration {
  return readValidFile(path).compiled;
}

/** The same, with the configuration as it is written. */
export function readValidFile(path: string): Extract<LoadedConfiguration, { readonly ok: true }> {
  const loaded = loadFile(path);
  if (loaded.ok) return loaded;
  const errors = loaded.problems.filter(({ severity }) => severity === 'error').length;
  throw new CommandFailed(
    'usage',
    `${path}: ${errors} ${errors === 1 ? 'error' : 'errors'}; \`selfheal validate ${path}\` shows them`,
  );
}

/** The configuration if there is one: for what is merely said better with it. */
export function configurationIfAny(path: string): CompiledConfiguration | undefined {
  try {
    const loaded = loadFile(path);
    return loaded.ok ? loaded.compiled : undefined;
  } catch (error) {
    if (error instanceof CommandFailed) return undefined;
    throw error;
  }
}

/** @throws CommandFailed naming the component that was probably meant */
export function checkComponent(name: string, { components }: CompiledConfiguration, path: string): void {
  if (Object.hasOwn(components, name)) return;
  const names = Object.keys(components);
  const nearest = nearestName(name, names);
  const remedy = nearest === undefined ? `it has ${listed(names)}` : `did you mean ${nearest}?`;
  throw new CommandFailed('usage', `${name} is not a component in ${path}: ${remedy}`);
}

const SHOWN_AT_MOST = 10;

function listed(names: readonly string[]): string {
  const more = names.length > SHOWN_AT_MOST ? ` and ${names.length - SHOWN_AT_MOST} more` : '';
  return `${names.slice(0, SHOWN_AT_MOST).join(', ')}${more}`;
}

const UNREADABLE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'you may not read it'],
]);

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const why = UNREADABLE.get(code) ?? `it cannot be read: ${String(cause)}`;
    throw new CommandFailed('usage', `${path || "''"}: ${why}; name another, or set SELFHEAL_CONFIG`, {
      cause,
    });
  }
}
