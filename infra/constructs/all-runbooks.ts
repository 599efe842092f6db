import { join } from 'node:path';
import { loadRunbooks, type RunbookDefinition } from './runbook-document.ts';

const DIRECTORY = join(import.meta.dirname, '..', 'runbooks');

let runbooks: readonly RunbookDefinition[] | undefined;

/**
 * Selfheal's runbooks, in order of name. Composed once for each process: they are always the same, and it is slow.
 *
 * @throws RunbookError as `loadRunbooks` does
 */
export function allRunbooks(): readonly RunbookDefinition[] {
  runbooks ??= loadRunbooks(DIRECTORY);
  return runbooks;
}
