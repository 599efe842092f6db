import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { endInTime } from './end-in-time.ts';

/**
 * Shows over HTTP how a database is, as an exporter does: it reads a whole table for each request, and answers 500 if that
 * fails. Its port and the command that takes a query are arguments; before the command comes the file with the process of the
 * server, which it ends with itself when it has been forgotten.
 */
const [port = '', serverPidFile = '', client = '', ...options] = process.argv.slice(2);
endInTime(serverPidFile);

createServer((_request, response) => {
  const query = 'SELECT sum(length(description)) FROM items';
  execFile(client, [...options, query], { cwd: '/', timeout: 900 }, (error, stdout, stderr) => {
    response.writeHead(error ? 500 : 200).end(error ? stderr : stdout);
  });
}).listen(Number(port), '127.0.0.1');
