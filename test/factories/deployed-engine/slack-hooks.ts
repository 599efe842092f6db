import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/** Where Slack would take the messages that replace one with buttons. */
export interface SlackHooks {
  readonly url: string;
  readonly received: readonly unknown[];
  readonly close: () => Promise<void>;
}

export async function startSlackHooks(): Promise<SlackHooks> {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    void json(request).then((message) => {
      received.push(message);
      response.writeHead(200, { connection: 'close' }).end('ok');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hooks of Slack have no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    received,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
