import { isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';

const PREFIX = '\0built-in:';

/**
 * Takes Node's own modules from `process.getBuiltinModule`. An `import` of one reads everything that the module exports,
 * and so loads what nobody asked for: with `fs` its promises, and with those the history of the terminal.
 */
export const builtInModules: Plugin = {
  name: 'built-in-modules',
  resolveId: (source) =>
    isBuiltin(source) ? { id: PREFIX + source.replace('node:', ''), moduleSideEffects: false } : undefined,
  load: (id) =>
    id.startsWith(PREFIX)
      ? `module.exports = process.getBuiltinModule('node:${id.slice(PREFIX.length)}');`
      : undefined,
};
