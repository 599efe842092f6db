import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { endInTime } from './end-in-time.ts';

/**
 * A small service over a database of SQLite that is deployed as a file. It reads all of it for each request, and answers
 * 500 if that fails. Its port and its database are arguments.
 */
endInTime();
const [port = '', path = ''] = process.argv.slice(2);

createServer((_request, response) => {
  try {
    // Opened each time: what SQLite has cached would hide what is on the disk.
    using database = new DatabaseSync(path, { readOnly: true });
    const { total } = database.prepare('SELECT sum(length(description)) AS total FROM items').get() ?? {};
    response.writeHead(200).end(`${total}\n`);
  } catch (error) {
    response.writeHead(500).end(`${String(error)}\n`);
  }
}).listen(Number(port), '127.0.0.1');
