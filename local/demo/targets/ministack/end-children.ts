import { readdirSync, readFileSync } from 'node:fs';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/**
 * Ends what this process has started in its own process group, down to grandchildren: installers and the CDK. A
 * terminal's Ctrl-C reaches them anyway; a signal sent to this process alone does not.
 */
export function endChildren(): void {
  const all = processes();
  const own = all.find(({ pid }) => pid === process.pid);
  const doomed = new Set([process.pid]);
  for (let before = 0; before < doomed.size; ) {
    before = doomed.size;
    for (const { pid, parent, group } of all) if (doomed.has(parent) && group === own?.group) doomed.add(pid);
  }
  doomed.delete(process.pid);
  for (const pid of doomed) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function processes(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The command's name, in brackets, may contain anything.
        const [, parent, group] = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return [{ pid: Number(name), parent: Number(parent), group: Number(group) }];
      } catch {
        return [];
      }
    });
}
