import { createServer } from 'node:http';

export interface Look {
  readonly atMs: number;
  readonly good: boolean;
}

/** The components' health endpoints, on one port. */
export interface HealthEndpoints {
  readonly urlOf: (component: string) => string;
  /** Says what the component answers from now on, whatever is done to it; a list is answered one by one, then its last. */
  readonly pin: (component: string, answers: readonly boolean[]) => void;
  /** Makes an unpinned component well. Components are unwell until then. */
  readonly recover: (component: string) => void;
  /** What was answered so far. */
  readonly looks: (component: string) => readonly Look[];
  readonly close: () => Promise<void>;
}

export async function startHealthEndpoints(): Promise<HealthEndpoints> {
  const pinned = new Map<string, readonly boolean[]>();
  const well = new Set<string>();
  const looks = new Map<string, Look[]>();
  const looksOf = (component: string): Look[] => {
    const known = looks.get(component) ?? [];
    looks.set(component, known);
    return known;
  };

  const server = createServer((request, response) => {
    const component = (request.url ?? '').slice(1);
    const seen = looksOf(component);
    const answers = pinned.get(component);
    const good = answers ? (answers[seen.length] ?? answers.at(-1) ?? false) : well.has(component);
    seen.push({ atMs: Date.now(), good });
    response.writeHead(good ? 200 : 503, { connection: 'close' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the health endpoints have no port');
  return {
    urlOf: (component) => `http://127.0.0.1:${address.port}/${component}`,
    pin: (component, answers) => void pinned.set(component, answers),
    recover: (component) => void well.add(component),
    looks: looksOf,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
