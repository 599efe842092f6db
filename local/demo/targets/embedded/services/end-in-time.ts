import { readFileSync } from 'node:fs';

const LONGEST_MS = 10 * 60_000;

/**
 * Ends the process after a while in any case, so that a killed demo leaves nothing behind for long.
 *
 * @param pidFile of another process that is to end with it
 */
export function endInTime(pidFile?: string): void {
  setTimeout(() => {
    try {
      const pid = pidFile === undefined ? 0 : Number(readFileSync(pidFile, 'utf8'));
      // Signalling process 0 would end this process group.
      if (pid > 0) process.kill(pid, 'SIGINT');
    } finally {
      process.exit();
    }
  }, LONGEST_MS).unref();
}
