import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Address } from './landscape.ts';

/** An answer of another process; 503 if it can't be reached or trusted, 504 if it does not answer in time. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const SOCKETS = { keepAlive: true, maxSockets: 256 };
const plain = { agent: new Agent(SOCKETS), request };
const encrypted = { agent: new TlsAgent(SOCKETS), request: tlsRequest };

/** Asks another process on this machine. Never rejects. */
export function call({ port, authority }: Address, path: string, timeoutMs: number): Promise<Answer> {
  const by = authority === undefined ? plain : encrypted;
  const to = { agent: by.agent, host: '127.0.0.1', port, path, timeout: timeoutMs, ca: authority };
  return new Promise((resolve) => {
    const failed = (status: number) => resolve({ status, body: '' });
    const asked = by.request(to, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 500, body }));
      response.on('error', () => failed(503));
    });
    asked.on('timeout', () => {
      failed(504);
      asked.destroy();
    });
    asked.on('error', () => failed(503));
    asked.end();
  });
}
