import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What this machine lacks for the demo, in one line; `undefined` if it has everything. */
export function missingOnThisMachine(): string | undefined {
  const missing: string[] = [];
  if (process.getuid?.() !== 0) missing.push('root (real hosts are booted; run it with sudo)');
  if (!existsSync('/etc/debian_version')) missing.push('Debian (its hosts are built with debootstrap)');
  if (spawnSync('python3', ['--version'], { stdio: 'ignore' }).status !== 0) missing.push('python3');
  return missing.length === 0 ? undefined : `The demo needs ${missing.join(', ')}.`;
}
