import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { endInTime } from './end-in-time.ts';

/**
 * A small web server that reads its root from a configuration file, again on SIGHUP. It accepts a root that does not
 * exist: then every page is a 500. Its port and its configuration file are arguments.
 */
endInTime();
const [port = '', configuration = ''] = process.argv.slice(2);

const readRoot = () => /^root (.+)$/m.exec(readFileSync(configuration, 'utf8'))?.[1] ?? '';

let root = readRoot();
process.on('SIGHUP', () => {
  root = readRoot();
});

createServer((_request, response) => {
  try {
    const page = readFileSync(join(root, 'index.html'));
    response.writeHead(200).end(page);
  } catch {
    response.writeHead(500).end();
  }
}).listen(Number(port), '127.0.0.1');
