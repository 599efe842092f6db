import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { endInTime } from './end-in-time.ts';

/**
 * A small service that reads its ledger when it starts, and dies if it cannot; it answers everything with 200. Its port
 * and its ledger are arguments.
 */
endInTime();
const [port = '', ledger = ''] = process.argv.slice(2);

const { accounts } = JSON.parse(readFileSync(ledger, 'utf8')) as { readonly accounts: readonly string[] };

createServer((_request, response) => {
  response.writeHead(200).end(`${accounts.length} accounts\n`);
}).listen(Number(port), '127.0.0.1');
