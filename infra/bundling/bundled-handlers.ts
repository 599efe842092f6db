import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, relative } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');
const BUNDLER = join(import.meta.dirname, 'bundle-handlers.ts');
const CACHE = join(PROJECT, 'node_modules/.cache/selfheal-bundles');
/** What the bundles are made of: our sources, and the packages that npm has installed. */
const SOURCES = ['functions', 'infra/bundling', 'node_modules/.package-lock.json'];
/** A deployment, and those before and after a change that somebody compares it with. */
const KEPT = 3;

/**
 * Bundles all handlers, once for each state of their sources: it takes more time than the rest of the synthesis.
 *
 * @returns a directory with the files of each handler in `<name>/`, to be read and not changed
 */
export function bundledHandlers(): string {
  const target = join(CACHE, hashOfSources());
  if (existsSync(target)) return target;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, 'draft-'));
  try {
    execFileSync(process.execPath, [BUNDLER, draft], { stdio: ['ignore', 'ignore', 'inherit'] });
    // Another process may do the same now: a directory is there with all its files or not at all.
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  removeOldest();
  return target;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap(filesBelow)) {
    const content = readFileSync(path);
    hash.update(`${relative(PROJECT, path)}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** In an order that is always the same. */
function filesBelow(source: string): readonly string[] {
  const path = join(PROJECT, source);
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Drafts too: one that is being filled is younger than what is removed. */
function removeOldest(): void {
  const directories = readdirSync(CACHE)
    .map((name) => join(CACHE, name))
    .map((path) => ({ path, atMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => b.atMs - a.atMs);
  for (const { path } of directories.slice(KEPT)) rmSync(path, { recursive: true, force: true });
}
