import { spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..');

/** The last commit of version 0.1.0. */
const COMMIT = '6ef44baffdbd0476e1de263e086175dde4bc4889';

/** Whether this clone’s history has it: a shallow clone does not. */
export function hasPreviousRelease(): boolean {
  const found = spawnSync('git', ['cat-file', '-e', `${COMMIT}^{commit}`], { cwd: PROJECT }).status === 0;
  if (!found) console.log(`skipped: commit ${COMMIT} is not in this clone (run git fetch --unshallow)`);
  return found;
}

/**
 * The previous release in a directory of its own, with the packages of this one: they are newer, as npm would also
 * choose them within their ranges, and nothing has to be downloaded.
 */
export function checkOutPreviousRelease(): string {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-previous-'));
  const archive = join(directory, 'release.tar');
  run('git', 'archive', '--output', archive, COMMIT);
  run('tar', '--extract', '--file', archive, '--directory', directory);
  symlinkSync(join(PROJECT, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { cwd: PROJECT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr}`);
}
