// Runs before `npm test` and `npm run demo`, on whatever Node the machine has and without any package: installs the
// packages, the Node that the project runs on among them, if they are missing or older than package-lock.json.

import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRESS_EVERY_MS = 5_000;

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
  console.log('Installing packages with npm ci: once, and again when package-lock.json changes');
  const progress = setInterval(() => console.log(`  still installing: ${elapsed()}`), PROGRESS_EVERY_MS);
  const code = await npmCi();
  clearInterval(progress);
  if (code === 0) console.log(`Packages installed in ${elapsed()}`);
  else {
    console.error(`npm ci ended with ${code}: see its output above, then run \`npm ci\` yourself`);
    process.exitCode = 1;
  }
}

/** @returns {Promise<number | string>} its exit code, or why it could not be run */
function npmCi() {
  const args = ['ci', '--no-fund', '--no-audit', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, commandArgs] = npm === undefined ? ['npm', args] : [process.execPath, [npm, ...args]];
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'no exit code'));
  });
}
