import { Agent, request } from 'node:http';

/** An answer of another process; 503 if it can't be reached, 504 if it does not answer in time. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Asks another process on this machine. Never rejects. */
export function call(port: number, path: string, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (status: number) => resolve({ status, body: '' });
    const asked = request({ agent, host: '127.0.0.1', port, path, timeout: timeoutMs }, (response) => {
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
