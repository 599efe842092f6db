import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { endInTime } from './end-in-time.ts';

/**
 * A small gateway: it passes each request on to the address in its configuration file, and answers 502 if that fails. Its
 * port and its configuration file are arguments.
 */
endInTime();
const [port = '', configuration = ''] = process.argv.slice(2);
const upstream = readFileSync(configuration, 'utf8').trim();

createServer(async (_request, response) => {
  try {
    const answer = await fetch(upstream, {
      signal: AbortSignal.timeout(700),
      headers: { connection: 'close' },
    });
    const text = await answer.text();
    response.writeHead(answer.status === 200 ? 200 : 502).end(text);
  } catch {
    response.writeHead(502).end();
  }
}).listen(Number(port), '127.0.0.1');
