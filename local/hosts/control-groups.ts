import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** Removes the control groups that a dead host leaves behind. False if some are still busy: try again. */
export function removeControlGroups(machine: string): boolean {
  const directories = hierarchies().map((directory) => join(directory, machine));
  for (const directory of directories) removeTree(directory);
  return !directories.some((directory) => existsSync(directory));
}

/** The names of hosts (`selfheal-<pid>-<name>`) whose starting process is gone but whose control groups are not. */
export function orphanedMachines(): string[] {
  const names = new Set<string>();
  for (const directory of hierarchies()) {
    for (const entry of readdirSync(directory)) {
      const pid = /^selfheal-(\d+)-/.exec(entry)?.[1];
      if (pid !== undefined && !existsSync(`/proc/${pid}`)) names.add(entry);
    }
  }
  return [...names];
}

function hierarchies(): string[] {
  const all = existsSync(join(root, 'cgroup.controllers'))
    ? [root]
    : ['systemd', 'unified', 'memory'].map((name) => join(root, name));
  return all.filter((directory) => existsSync(directory));
}

function removeTree(directory: string): void {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(directory, entry.name));
    }
    rmdirSync(directory);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EBUSY', 'ENOENT', 'ENOTEMPTY'].includes(code)) throw error;
  }
}
