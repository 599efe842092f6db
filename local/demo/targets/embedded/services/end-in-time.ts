const LONGEST_MS = 10 * 60_000;

/** Ends the process by itself, should nobody be left to end it: whoever kills the demo leaves nothing behind for long. */
export function endInTime(): void {
  setTimeout(() => process.exit(), LONGEST_MS).unref();
}
