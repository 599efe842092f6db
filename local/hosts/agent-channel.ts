import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** The outer end of a host's agent channel. */
export interface AgentChannel {
  port: number;
  /** Whether the host's agent has been heard within the last `withinMs` (3,000 unless given). */
  connected(withinMs?: number): boolean;
  close(): void;
}

/** The program at the host's end, installed on each host as the process of `amazon-ssm-agent.service`. */
export const agentChannelProgram = readFileSync(join(import.meta.dirname, 'agent-channel.py'), 'utf8');

/** The systemd unit, named as AWS's package names it, that keeps the channel to `ip`:`port` open. */
export function agentUnit(ip: string, port: number): string {
  return `[Unit]
Description=Stand-in for the SSM agent: keeps its control channel open

[Service]
ExecStart=/usr/bin/python3 /usr/lib/selfheal-agent-channel.py ${ip} ${port}
Restart=always
RestartSec=1
KillMode=process

[Install]
WantedBy=multi-user.target
`;
}

/** Listens on `ip` for one host's agent. The listener does not keep the process alive. */
export function listenForAgent(ip: string): Promise<AgentChannel> {
  let lastHeardMs = Number.NEGATIVE_INFINITY;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.unref();
    socket.on('data', () => {
      lastHeardMs = performance.now();
      socket.write('ok\n');
    });
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, ip, () => {
      server.unref();
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the agent listener has no port');
      resolve({
        port: address.port,
        connected: (withinMs = 3000) => performance.now() - lastHeardMs < withinMs,
        close: () => {
          lastHeardMs = Number.NEGATIVE_INFINITY;
          for (const socket of sockets) socket.destroy();
          server.close();
        },
      });
    });
  });
}
