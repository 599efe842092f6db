import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line of the output and when it was printed. */
export interface RecordedLine {
  /** Since the command was started. */
  readonly atMs: number;
  /** With its escape sequences for colours. */
  readonly text: string;
}

/**
 * Runs a program and notes when it prints each line to standard output; what it prints to standard error is passed on.
 *
 * @throws Error if it fails
 */
export async function captureLines(
  command: string,
  args: readonly string[],
): Promise<readonly RecordedLine[]> {
  const { NO_COLOR: _, ...environment } = process.env;
  const child = spawn(command, args, {
    env: { ...environment, FORCE_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const startedAt = performance.now();
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const lines: RecordedLine[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (text) => lines.push({ atMs: performance.now() - startedAt, text }));
  const code = await ended;
  if (code !== 0)
    throw new Error(`${[command, ...args].join(' ')} ended with exit code ${code}; nothing was recorded`);
  return lines;
}
