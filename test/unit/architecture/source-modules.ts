import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

export interface Import {
  /** A path in the repository (`functions/core/…`), a package (`zod`, `@scope/name`), or `node:…`. */
  readonly target: string;
  /** Whether it is loaded only when the code that imports it is reached. */
  readonly isDynamic: boolean;
}

export interface SourceModule {
  /** Path in the repository. */
  readonly path: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const STATIC = /^(?:import|export)\s+(?:type\s)?[^'"();=]*?\bfrom\s+'(?<from>[^']+)'/gm;
const BARE = /^import\s+'(?<from>[^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'(?<from>[^']+)'/g;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm;

/** Every TypeScript module under the folders. TypeScript 7 has no API to ask, and Biome's format is regular enough. */
export function sourceModules(...folders: readonly string[]): readonly SourceModule[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => posix.join(folder, name))
      .map((path) => sourceModule(path, readFileSync(join(root, path), 'utf8'))),
  );
}

export function sourceModule(path: string, text: string): SourceModule {
  const code = text.replace(COMMENTS, '');
  const imports = [STATIC, BARE, DYNAMIC].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(({ groups = {} }) => ({
      target: resolve(path, groups['from'] ?? ''),
      isDynamic: pattern === DYNAMIC,
    })),
  );
  return { path, code, imports };
}

function resolve(importer: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(importer), specifier);
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The first circle of imports, those of types included, as the paths along it. */
export function importCircle(modules: readonly SourceModule[]): readonly string[] | undefined {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const { target } of byPath.get(path)?.imports ?? []) {
      const circle = walk(target, [...trail, path]);
      if (circle) return circle;
    }
    done.add(path);
    return undefined;
  };
  for (const { path } of modules) {
    const circle = walk(path, []);
    if (circle) return circle;
  }
  return undefined;
}
