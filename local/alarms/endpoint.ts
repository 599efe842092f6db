import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Authorize, accessKeyOf } from '../ministack/iam.ts';
import { KEEP_ALIVE_MS } from '../process/keep-alive.ts';
import type { AlarmEngine } from './alarm-engine.ts';
import { API_ERRORS, CloudWatchError } from './errors.ts';
import { OPERATIONS } from './operations.ts';

interface AlarmEndpointOptions {
  readonly engine: AlarmEngine;
  /** Decides on each signed request. @default everyone may do everything */
  readonly authorize?: Authorize;
  /** @default 0, any free port */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
}

export interface AlarmEndpoint {
  /** What to set AWS_ENDPOINT_URL_CLOUDWATCH to. */
  readonly url: string;
  close(): Promise<void>;
}

const TARGET_PREFIX = 'GraniteServiceVersion20100801.';
const JSON_TYPE = 'application/x-amz-json-1.0';
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const unzip = promisify(gunzip);

/**
 * Serves CloudWatch's API over the protocol that current SDKs and CLIs speak to it, AWS JSON 1.0 (`X-Amz-Target`, query
 * compatible errors). The older query and CBOR protocols are answered with an error that says so. Signatures are not
 * checked.
 */
export async function startAlarmEndpoint(options: AlarmEndpointOptions): Promise<AlarmEndpoint> {
  const server = createServer((request, response) => void serve(options, request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, close: () => close(server) };
}

async function serve(
  { engine, authorize }: AlarmEndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const input = await readInput(request);
    const operation = operationOf(request);
    const accessKeyId = accessKeyOf(request.headers.authorization);
    if (authorize && accessKeyId !== undefined) {
      // The read actions have no resource that an alarm's name could narrow.
      const question = { action: `cloudwatch:${operationName(request)}`, resource: '*' };
      const denial = await authorize(accessKeyId, [question]);
      if (denial !== undefined) throw new CloudWatchError('AccessDenied', denial);
    }
    answer(response, 200, await operation(engine, input));
  } catch (error) {
    answerError(response, error);
  }
}

function operationOf(request: IncomingMessage) {
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string' || !target.startsWith(TARGET_PREFIX)) {
    throw new CloudWatchError(
      'ValidationException',
      `The local CloudWatch speaks AWS JSON 1.0 only (X-Amz-Target: ${TARGET_PREFIX}<operation>), not ${request.headers['content-type']}; use a newer SDK or CLI`,
    );
  }
  const name = operationName(request);
  const operation = OPERATIONS.get(name);
  if (operation === undefined) {
    throw new CloudWatchError(
      'ValidationException',
      `The local CloudWatch does not have ${name}, only ${[...OPERATIONS.keys()].join(', ')}`,
    );
  }
  return operation;
}

function operationName(request: IncomingMessage): string {
  return String(request.headers['x-amz-target']).slice(TARGET_PREFIX.length);
}

/** The SDK compresses large PutMetricData requests. */
async function readInput(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new CloudWatchError('ValidationException', `The request is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const body = request.headers['content-encoding'] === 'gzip' ? await unzip(raw) : raw;
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-amz-json')) return undefined;
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new CloudWatchError('ValidationException', 'The request is not JSON', { cause: error });
  }
}

function answerError(response: ServerResponse, error: unknown): void {
  if (!(error instanceof CloudWatchError)) {
    const message = error instanceof Error ? error.message : String(error);
    response.setHeader('x-amzn-query-error', 'InternalServiceError;Receiver');
    answer(response, 500, { __type: 'com.amazonaws.cloudwatch#InternalServiceFault', message });
    return;
  }
  const { queryCode, status } = API_ERRORS[error.code];
  response.setHeader('x-amzn-query-error', `${queryCode};Sender`);
  answer(response, status, { __type: `com.amazonaws.cloudwatch#${error.code}`, message: error.message });
}

function answer(response: ServerResponse, status: number, output: object): void {
  response.writeHead(status, { 'content-type': JSON_TYPE });
  response.end(JSON.stringify(output));
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) =>
    server.close((error) => (error ? reject(error) : resolve())),
  );
  server.closeAllConnections();
  await closed;
}
