import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Peers for the benchmark, in a process of their own: every address of 127.0.0.0/8 is one. `/ok` answers at once,
 * `/slow` after a second, `/hang` never. Prints its port, and ends with its standard input.
 */
const SLOW_MS = 1_000;
const BACKLOG = 4_096;

const server = createServer(({ url }, response) => {
  if (url === '/hang') return;
  if (url === '/slow') setTimeout(() => response.end('ok'), SLOW_MS);
  else response.end('ok');
});
server.listen({ port: 0, host: '0.0.0.0', backlog: BACKLOG }, () => {
  console.log((server.address() as AddressInfo).port);
});
process.stdin.on('end', () => process.exit(0)).resume();
