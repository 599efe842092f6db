import { createServer } from 'node:http';
import { type ScriptedHealth, scriptedHealth } from './health.ts';

/** The components' health endpoints, on one port. */
export interface HealthEndpoints extends ScriptedHealth {
  readonly urlOf: (component: string) => string;
  readonly close: () => Promise<void>;
}

export async function startHealthEndpoints(): Promise<HealthEndpoints> {
  const health = scriptedHealth(() => Date.now());
  const server = createServer((request, response) => {
    const good = health.answer((request.url ?? '').slice(1));
    response.writeHead(good ? 200 : 503, { connection: 'close' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the health endpoints have no port');
  return {
    ...health,
    urlOf: (component) => `http://127.0.0.1:${address.port}/${component}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
