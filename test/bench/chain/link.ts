import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** The network on the way to a port: it can be slow, and lose connections. */
export interface Link {
  readonly port: number;
  /** Delays what is sent to the port, and cuts this share of connections with each delivery. */
  readonly disturb: (delayMs: number, loss: number) => void;
  readonly close: () => Promise<void>;
}

/** A relay on loopback. */
export async function createLink(to: number): Promise<Link> {
  let delayMs = 0;
  let loss = 0;
  const open = new Set<Socket>();
  const server = createServer((caller) => {
    const callee = createConnection(to, '127.0.0.1');
    for (const [one, other] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      open.add(one);
      one.setNoDelay(true);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    callee.on('data', (data) => caller.write(data));
    caller.on('data', (data) => {
      if (Math.random() < loss) caller.destroy();
      else if (delayMs === 0) callee.write(data);
      else setTimeout(() => callee.writable && callee.write(data), delayMs);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    disturb: (delay, lost) => {
      delayMs = delay;
      loss = lost;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
