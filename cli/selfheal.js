#!/usr/bin/env node
// What `npx selfheal` runs, on whatever Node the machine has. The command is TypeScript, which Node runs by itself from 24 on; an
// older one hands over to the Node that is installed with the packages.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIRST_TO_RUN_TYPESCRIPT = 24;

const directory = dirname(fileURLToPath(import.meta.url));
const installedNode = join(directory, '..', 'node_modules', '.bin', 'node');

// Half of the time that a short command takes is spent on compiling it.
if (Number.parseInt(process.versions.node, 10) >= FIRST_TO_RUN_TYPESCRIPT) {
  module.enableCompileCache();
  await import('./main.ts');
} else if (existsSync(installedNode)) {
  const args = [join(directory, 'main.ts'), ...process.argv.slice(2)];
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...process.env };
  const child = spawn(installedNode, args, { stdio: 'inherit', env });
  child.on('close', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
} else {
  console.error(`selfheal: Node ${process.versions.node} is too old, and no other is installed; run npm ci`);
  process.exitCode = 2;
}
