import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { endInTime } from './end-in-time.ts';

/**
 * A small shop service with a leak: it keeps every order in memory, and spools each to a file that nobody deletes. GET
 * /health answers 200; GET /order places an order. Its port and its spool are arguments.
 */
endInTime();
const [port = '', spool = ''] = process.argv.slice(2);

const ORDER_BYTES = 2_000_000;
// A forgotten demo must not use up the machine's memory.
const MOST_ORDERS = 120;

const orders: Buffer[] = [];
mkdirSync(spool, { recursive: true });

createServer(({ url }, response) => {
  if (url === '/order' && orders.length < MOST_ORDERS) {
    const order = Buffer.alloc(ORDER_BYTES, 'x');
    orders.push(order);
    writeFileSync(join(spool, `${orders.length}.spool`), order.subarray(0, 10_000));
  }
  response.writeHead(url === '/health' || url === '/order' ? 200 : 404).end();
}).listen(Number(port), '127.0.0.1');
