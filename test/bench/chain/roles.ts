import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call } from './call.ts';
import type { Address, ServiceOptions } from './landscape.ts';
import { createPool } from './pool.ts';

/** What a process of the chain does. */
export interface Role {
  readonly answer: (url: URL) => Promise<Answer>;
  /** Share of its connections that are in use. */
  readonly pool: () => number;
  /** Loses a connection for good. */
  readonly leakConnection: () => void;
  readonly forget: () => void;
}

const OK: Answer = { status: 200, body: 'ok' };
const TIMEOUT_MS = 600;
const NO_POOL = { pool: () => 0, leakConnection: () => undefined, forget: () => undefined };

/** About as many milliseconds, as work that waits for something takes: most of it a little less, some far more. */
const working = (meanMs: number) => sleep(meanMs * (0.7 - 0.3 * Math.log(1 - Math.random())));

/** The worst of several answers. */
const worst = (answers: readonly Answer[]): Answer =>
  answers.reduce((bad, next) => (next.status > bad.status ? next : bad), OK);

/** Nothing listens there. */
const NOWHERE: Address = { port: 9 };

function gateway({ addresses: { orders = NOWHERE } }: ServiceOptions): Role {
  return {
    ...NO_POOL,
    answer: async ({ pathname, search }) => {
      await working(1);
      return await call(orders, pathname + search, TIMEOUT_MS);
    },
  };
}

/** Items of a page: each is looked for in the cache. */
const ITEMS = 3;

function orders({ addresses }: ServiceOptions): Role {
  let turn = 0;
  const { cache = NOWHERE, database = NOWHERE } = addresses;
  const read = async (item: string): Promise<Answer> => {
    const cached = await call(cache, `/get?key=${item}`, TIMEOUT_MS);
    if (cached.status === 200) return cached;
    if (cached.status !== 404) return cached;
    const found = await call(database, `/read?key=${item}`, TIMEOUT_MS);
    if (found.status === 200) await call(cache, `/set?key=${item}`, TIMEOUT_MS);
    return found;
  };
  const buy = async (): Promise<Answer> => {
    turn += 1;
    const next = addresses[turn % 2 === 0 ? 'payments-a' : 'payments-b'] ?? NOWHERE;
    const paid = await call(next, '/pay', TIMEOUT_MS);
    return paid.status === 200 ? await call(database, '/write?table=orders', TIMEOUT_MS) : paid;
  };
  return {
    ...NO_POOL,
    answer: async ({ pathname, searchParams }) => {
      await working(2);
      if (pathname === '/buy') return await buy();
      const first = Number(searchParams.get('item') ?? 0);
      const items = Array.from({ length: ITEMS }, (_, index) => String(first + index));
      return worst(await Promise.all(items.map(read)));
    },
  };
}

const CONNECTIONS = 12;

function payments({ addresses: { database = NOWHERE } }: ServiceOptions): Role {
  const pool = createPool(CONNECTIONS);
  return {
    answer: async () => {
      await working(6);
      if (!(await pool.acquire(TIMEOUT_MS / 2))) return { status: 503, body: 'no connection is free' };
      const written = await call(database, '/write?table=payments', TIMEOUT_MS);
      pool.release();
      return written;
    },
    pool: pool.used,
    leakConnection: () => void pool.acquire(TIMEOUT_MS),
    forget: () => undefined,
  };
}

function cache(): Role {
  const known = new Set<string>();
  let forgets = false;
  return {
    ...NO_POOL,
    answer: async ({ pathname, searchParams }) => {
      const key = searchParams.get('key') ?? '';
      if (pathname === '/set') {
        if (!forgets) known.add(key);
        return OK;
      }
      // Items change now and then.
      if (Math.random() < 0.03) known.delete(key);
      return known.has(key) ? OK : { status: 404, body: '' };
    },
    forget: () => {
      forgets = true;
      known.clear();
    },
  };
}

/** What the database works on at a time, and how long a statement waits for the disk. */
const WORKERS = 2;
const DISK_MS = 8;

function database({ dataDirectory }: ServiceOptions): Role {
  const file = new DatabaseSync(join(dataDirectory, 'shop.db'), { timeout: 0 });
  file.exec(`PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS items (key TEXT PRIMARY KEY, text TEXT);
    CREATE TABLE IF NOT EXISTS rows (kind TEXT, text TEXT);`);
  const reading = file.prepare('SELECT text FROM items WHERE key = ?');
  const writing = file.prepare('INSERT INTO rows VALUES (?, hex(randomblob(200)))');
  const workers = createPool(WORKERS);
  const run = async (url: URL): Promise<Answer> => {
    await working(DISK_MS);
    const untilMs = performance.now() + TIMEOUT_MS / 2;
    for (;;) {
      try {
        if (url.pathname === '/read') reading.get(url.searchParams.get('key'));
        else writing.run(url.searchParams.get('table'));
        return OK;
      } catch (error) {
        const isLocked = error instanceof Error && error.message.includes('locked');
        if (!isLocked || performance.now() > untilMs) return { status: 500, body: String(error) };
      }
      await sleep(5);
    }
  };
  return {
    ...NO_POOL,
    answer: async (url) => {
      if (!(await workers.acquire(TIMEOUT_MS))) return { status: 503, body: 'busy' };
      const answer = await run(url);
      workers.release();
      return answer;
    },
  };
}

export function roleOf(options: ServiceOptions): Role {
  switch (options.service) {
    case 'gateway':
      return gateway(options);
    case 'orders':
      return orders(options);
    case 'payments-a':
    case 'payments-b':
      return payments(options);
    case 'cache':
      return cache();
    case 'database':
      return database(options);
  }
}
