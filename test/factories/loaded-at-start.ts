import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const STATIC_IMPORT = /(?:^|[;}\n])(?:import|export)(?:[^"';()]*?from)?"(?<path>\.\/[^"]+)"/g;

/**
 * The bundled files that a function loads at its start: its entry, and what that imports, without what it imports only
 * when it needs it.
 */
export function loadedAtStart(entry: string): readonly Buffer[] {
  const files = new Map<string, Buffer>();
  const load = (file: string): void => {
    if (files.has(file)) return;
    const content = readFileSync(file);
    files.set(file, content);
    for (const { groups } of content.toString().matchAll(STATIC_IMPORT)) {
      load(join(file, '..', groups?.['path'] ?? ''));
    }
  };
  load(entry);
  return [...files.values()];
}
