import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { KEEP_ALIVE_MS } from '../../local/process/keep-alive.ts';
import { consumedUnits, withCapacityAsked, withLongTokens, withShortTokens } from './dynamodb-traffic.ts';

/** One API call as it went over the wire; the SDK's own retries are calls too. */
export interface RecordedCall {
  readonly service: string;
  readonly operation: string;
  readonly atMs: number;
  readonly status: number;
  /** As the table answers them: nothing for a write whose condition failed, though AWS bills it. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface RecordingProxy {
  /** For `AWS_ENDPOINT_URL_<SERVICE>`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface ProxyOptions {
  readonly service: string;
  /** The endpoint that answers. */
  readonly upstream: string;
  readonly record: (call: RecordedCall, bodies: Bodies) => void;
}

/** What went over the wire. */
export interface Bodies {
  readonly request: string;
  readonly answer: string;
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
  'expect',
]);

/** Hands requests on and notes what they were. DynamoDB is asked for the capacity that each consumed. */
export async function startRecordingProxy(options: ProxyOptions): Promise<RecordingProxy> {
  const server = createServer((request, response) => {
    handOn(options, request, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`no port for ${options.service}`);
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

async function handOn(
  { service, upstream, record }: ProxyOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isTable = service === 'DynamoDB';
  const given = await bodyOf(request);
  const operation = operationOf(request, given);
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    HOP_BY_HOP.has(name) || value === undefined ? [] : [[name, String(value)]],
  );
  const atMs = Date.now();
  const answer = await fetch(`${upstream}${request.url ?? '/'}`, {
    method: request.method ?? 'POST',
    headers,
    ...(given === '' ? {} : { body: isTable ? withLongTokens(withCapacityAsked(given)) : given }),
  });
  const text = await answer.text();
  const units = isTable && answer.ok ? consumedUnits(given, text) : 0;
  const isRead = READS.has(operation);
  record(
    {
      service,
      operation,
      atMs,
      status: answer.status,
      readUnits: isRead ? units : 0,
      writeUnits: isRead ? 0 : units,
    },
    { request: given, answer: text },
  );
  const kept = [...answer.headers].filter(
    ([name]) => !HOP_BY_HOP.has(name) && name !== 'content-encoding' && name !== 'x-amz-crc32',
  );
  response.writeHead(answer.status, Object.fromEntries(kept)).end(isTable ? withShortTokens(text) : text);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** From the JSON protocols' header, or the query protocol's form. */
function operationOf(request: IncomingMessage, body: string): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  return new URLSearchParams(body).get('Action') ?? `${request.method} ${request.url}`;
}
