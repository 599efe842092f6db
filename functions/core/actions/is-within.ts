/** Whether an absolute path is a directory or anything in it, as far as the two texts show. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
