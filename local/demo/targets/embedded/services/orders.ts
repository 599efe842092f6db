import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { endInTime } from './end-in-time.ts';

/**
 * A small shop service with a leak: it remembers every order for ever, and spools each to a file that nobody deletes.
 * GET /health answers 200; GET /order takes an order. Its port and its spool come as arguments.
 */
endInTime();
const [port = '', spool = ''] = process.argv.slice(2);

const ORDER_BYTES = 2_000_000;
// A demo that nobody watches must not eat the machine it runs on.
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
