import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { endInTime } from './end-in-time.ts';

/**
 * A small service that holds a file open for each of its sessions, which come and go. GET /health answers 200; from GET
 * /leak on, it forgets to close two of them a second. Its port and the file are arguments.
 */
endInTime();
const [port = '', path = ''] = process.argv.slice(2);

const USUAL_SESSIONS = 60;
const MORE_OR_LESS = 5;
const LEAK_EVERY_MS = 500;
// A forgotten demo must not use up the machine's descriptors.
const MOST_FORGOTTEN = 600;

const sessions: number[] = [];
let forgotten = 0;
let leaks = false;

setInterval(() => {
  const wanted = USUAL_SESSIONS - MORE_OR_LESS + Math.floor(Math.random() * (2 * MORE_OR_LESS + 1));
  while (sessions.length < wanted) sessions.push(openSync(path, 'r'));
  for (const session of sessions.splice(wanted)) closeSync(session);
}, 200);

setInterval(() => {
  if (!leaks || forgotten >= MOST_FORGOTTEN) return;
  openSync(path, 'r');
  forgotten += 1;
}, LEAK_EVERY_MS);

createServer(({ url }, response) => {
  if (url === '/leak') leaks = true;
  response.writeHead(url === '/health' || url === '/leak' ? 200 : 404).end();
}).listen(Number(port), '127.0.0.1');
