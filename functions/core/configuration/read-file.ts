/** Reads a file that the configuration names, relative to the configuration itself. Throws if it cannot. */
export type ReadFile = (path: string) => string;

/** The text of a file that the configuration names, or why it cannot be read. */
export function readNamedFile(
  file: string,
  readFile: ReadFile | undefined,
): { readonly text: string } | { readonly unreadable: string } {
  try {
    if (readFile === undefined) throw new Error('files cannot be read here');
    return { text: readFile(file) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { unreadable: `${file} cannot be read (${why})` };
  }
}
