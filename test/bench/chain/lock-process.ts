import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** A report that someone runs on the database, and that holds its lock most of the time: `fork(lock-process.ts, [directory])`. */
const file = new DatabaseSync(join(process.argv[2] ?? '', 'shop.db'), { timeout: 2_000 });
process.on('disconnect', () => process.exit());
for (;;) {
  file.exec('BEGIN EXCLUSIVE');
  await sleep(120);
  file.exec('COMMIT');
  await sleep(15);
}
