import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

const PAGE_BYTES = 4_096;
/** Not the first, which holds the header: SQLite would not call the file a database. */
const DAMAGED_PAGE = 5;
const ITEMS = 400;

/** Creates a database of SQLite with some dozen pages. */
export function createCatalogDatabase(path: string): void {
  using database = new DatabaseSync(path);
  database.exec(
    `PRAGMA page_size = ${PAGE_BYTES}; CREATE TABLE items (id INTEGER PRIMARY KEY, description TEXT)`,
  );
  const insert = database.prepare('INSERT INTO items (description) VALUES (?)');
  database.exec('BEGIN');
  for (let item = 0; item < ITEMS; item += 1) insert.run(`item ${item} `.repeat(20));
  database.exec('COMMIT');
}

/** Overwrites a page of the database in place, as a failing disk does. */
export async function damageCatalogDatabase(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, (DAMAGED_PAGE - 1) * PAGE_BYTES);
  } finally {
    await file.close();
  }
}

/** The first line of SQLite's own integrity check: `ok`, or what is wrong. */
export function integrityOfCatalog(path: string): string {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const { integrity_check: found } = database.prepare('PRAGMA integrity_check(1)').get() ?? {};
    return String(found).replaceAll('\n', ' ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
