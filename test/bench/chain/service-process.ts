import { openSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Identity } from './identity.ts';
import type { InnerFault, Rollout, ServiceOptions } from './landscape.ts';
import { createPeriodMeter } from './period-meter.ts';
import { roleOf } from './roles.ts';

/** One process of the chain: `fork(service-process.ts, [JSON of ServiceOptions])`. */
let options: ServiceOptions = JSON.parse(process.argv[2] ?? '{}');
let role = roleOf(options);
const { service, port, periodMs } = options;
const count = createPeriodMeter(
  periodMs,
  {
    pool: () => role.pool(),
    ...(service === 'database' && { dataDirectory: options.dataDirectory }),
    certificate: () => options.identity?.cert,
  },
  (figures) => process.send?.(figures),
);

const faults = new Set<InnerFault>();
const leaked: unknown[] = [];
/** Kilobytes a request. */
const LEAK_KB = 700;

/** The bucket of the rate limit. */
let tokens = Number.POSITIVE_INFINITY;
setInterval(() => {
  const { quota = Number.POSITIVE_INFINITY } = options;
  tokens = Math.min(quota / 5, tokens + quota / 10);
}, 100);

async function answer(url: URL) {
  if (tokens < 1) return { status: 429, body: '' };
  tokens -= 1;
  if (faults.has('leak-memory')) leaked.push(new Array(LEAK_KB * 128).fill(leaked.length / 7));
  if (faults.has('leak-connections')) role.leakConnection();
  // A file that it reads for each request, and never closes. At the limit of the process, this throws.
  if (faults.has('leak-descriptors')) openSync(import.meta.filename, 'r');
  if (options.isBadRelease === true && Math.random() < 0.6) return { status: 500, body: 'a bug' };
  return await role.answer(url);
}

const listener: RequestListener = async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/health') {
    response.end('ok');
    return;
  }
  const startMs = performance.now();
  count.arrived();
  const { status, body } = await answer(url).catch((error: unknown) => ({
    status: 500,
    body: String(error),
  }));
  // What the cache does not have is no failure.
  count.ended(status, performance.now() - startMs);
  response.writeHead(status).end(body);
};
const tlsServer = options.identity && createTlsServer(options.identity, listener);
(tlsServer ?? createServer(listener)).listen(port, '127.0.0.1', () => process.send?.('listening'));

/** Callers look at a certificate when they connect. */
function present(identity: Identity): void {
  tlsServer?.setSecureContext(identity);
  tlsServer?.closeAllConnections();
}

const BURN_MS = 45;
/** A thread that never waits: only between rounds is anything else done. */
function burn(): void {
  const untilMs = performance.now() + BURN_MS;
  while (performance.now() < untilMs);
  setImmediate(burn);
}

process.on('message', (fault: InnerFault | Rollout) => {
  if (typeof fault !== 'string') {
    options = { ...options, ...fault.options };
    role = roleOf(options);
    if (fault.options.identity) present(fault.options.identity);
    return;
  }
  faults.add(fault);
  if (fault === 'burn-cpu') burn();
  if (fault === 'forget-everything') role.forget();
});
process.on('disconnect', () => process.exit());
