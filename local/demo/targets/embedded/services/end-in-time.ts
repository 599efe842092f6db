const LONGEST_MS = 10 * 60_000;

/** Ends the process after a while in any case, so that a killed demo leaves nothing behind for long. */
export function endInTime(): void {
  setTimeout(() => process.exit(), LONGEST_MS).unref();
}
