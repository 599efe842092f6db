import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startAlarmEndpoint } from '../../alarms/endpoint.ts';
import { KEEP_ALIVE_MS } from '../../process/keep-alive.ts';
import type { EmbeddedCloud } from '../embedded-cloud.ts';
import { type EndpointOperation, endpointOperations, type ServedCloud } from './operations.ts';
import { type WireAnswer, wireFormatOf } from './wire-formats.ts';

export interface AwsEndpointOptions {
  readonly cloud: ServedCloud & Pick<EmbeddedCloud, 'alarms'>;
  /** Where the cloud's stores are: an address that speaks DynamoDB. */
  readonly dynamoDb: { readonly endpoint: string; readonly tableName: string };
}

export interface AwsEndpoint {
  /** For `--endpoint-url` and AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves an embedded cloud over HTTP, on a free port of 127.0.0.1, as far as the command `selfheal` needs it: the command
 * works with it as with AWS. Signatures are not checked.
 */
export async function startAwsEndpoint({ cloud, dynamoDb }: AwsEndpointOptions): Promise<AwsEndpoint> {
  const operations = endpointOperations(cloud, dynamoDb.tableName);
  const alarms = await startAlarmEndpoint({ engine: cloud.alarms });
  const elsewhere: Readonly<Record<string, string>> = {
    DynamoDB_20120810: dynamoDb.endpoint,
    GraniteServiceVersion20100801: alarms.url,
  };
  const server = createServer((request, response) => {
    serve(request, response, operations, elsewhere).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await alarms.close();
      await closeServer(server);
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  operations: Readonly<Record<string, EndpointOperation>>,
  elsewhere: Readonly<Record<string, string>>,
): Promise<void> {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  const targetText = typeof target === 'string' ? target : undefined;
  const address = elsewhere[targetText?.slice(0, targetText.indexOf('.')) ?? ''];
  const {
    status,
    contentType,
    body: answer,
  } = address ? await forward(address, request, body) : answerTo(request, targetText, body, operations);
  response.writeHead(status, { 'content-type': contentType }).end(answer);
}

async function forward(address: string, { headers }: IncomingMessage, body: string): Promise<WireAnswer> {
  const passed = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const answer = await fetch(address, { method: 'POST', headers: Object.fromEntries(passed), body });
  return {
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? 'application/x-amz-json-1.0',
    body: await answer.text(),
  };
}

function answerTo(
  { method = '', url = '/' }: IncomingMessage,
  target: string | undefined,
  body: string,
  operations: Readonly<Record<string, EndpointOperation>>,
): WireAnswer {
  const format = wireFormatOf({ method, path: url, target, body });
  const run = format && operations[format.operation];
  if (!run) throw new TypeError(`${target ?? `${method} ${url} ${body}`} is not served here`);
  try {
    return format.answer(run(format.input));
  } catch (error) {
    // Errors of the embedded services name the code that the API answers with.
    if (!(error instanceof Error && 'code' in error)) throw error;
    return format.refuse(String(error.code), error.message);
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) =>
    server.close((error) => (error ? reject(error) : resolve())),
  );
  server.closeAllConnections();
  await closed;
}
