// Runs before `npm test` and `npm run demo`, on whatever Node the machine has and without any package: installs the
// packages, the Node that the project runs on among them, if they are missing or older than package-lock.json. It reports
// on standard error: standard output belongs to what is run after it.

import { spawn } from 'node:child_process';
import { statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRESS_EVERY_MS = 15_000;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const lockFile = join(root, 'package-lock.json');
// npm writes it last: if it is there, the installation is whole.
const installed = join(root, 'node_modules', '.package-lock.json');

if (modifiedMs(installed) < modifiedMs(lockFile)) await install();

/** @param {string} file */
function modifiedMs(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function install() {
  const startedAtMs = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAtMs) / 1_000)} s`;
  console.error('Installing packages: once, and again when package-lock.json changes');
  const progress = setInterval(() => console.error(`  still installing: ${elapsed()}`), PROGRESS_EVERY_MS);
  const code = await npmInstall();
  clearInterval(progress);
  if (code !== 0) {
    console.error(`npm install ended with ${code}: its output above says why`);
    process.exitCode = 1;
    return;
  }
  const now = new Date();
  utimesSync(installed, now, now);
  console.error(`Packages installed in ${elapsed()}`);
}

/**
 * Keeps to the lock file and leaves it as it is. `npm ci` would be stricter, but refuses a lock file that lacks the
 * binaries of other platforms, which is what npm writes when a registry mirror doesn't carry them:
 * https://github.com/npm/cli/issues/9846
 *
 * @returns {Promise<number | string>} its exit code, or why it could not be run
 */
function npmInstall() {
  const args = ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, commandArgs] = npm === undefined ? ['npm', args] : [process.execPath, [npm, ...args]];
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd: root, stdio: ['ignore', process.stderr, 'inherit'] });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'no exit code'));
  });
}
