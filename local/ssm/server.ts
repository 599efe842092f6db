import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Authorize, accessKeyOf } from '../ministack/iam.ts';
import { KEEP_ALIVE_MS } from '../process/keep-alive.ts';
import { afterByTimer } from './agent-contact.ts';
import { createDocumentStore } from './documents.ts';
import { commandEvent, type EventEntry, invocationEvent, type Place, type Publish } from './events.ts';
import { createFaults, type FaultRequest, faultsSchema } from './faults.ts';
import type { HostRunner } from './host-runner.ts';
import { questionsOf } from './permissions.ts';
import { answer, answerError, type Operation, readBody, SsmError } from './protocol.ts';
import { createRunCommand } from './run-command.ts';

export interface SsmServerOptions {
  /** Where scripts run. */
  runner: HostRunner;
  /** Sends each status event to EventBridge (PutEvents). */
  publish: Publish;
  /** @default 0, a free port */
  port?: number;
  /** @default '127.0.0.1' */
  address?: string;
  /** @default us-east-1 and 000000000000 */
  place?: Place;
  /** The tag that the caller's IAM policy demands of a node. @default none: every node may be sent to */
  requiredNodeTag?: { readonly key: string; readonly value: string };
  /** How long after SendCommand the API does not know the command yet. @default 200 */
  visibleAfterMs?: number;
  /** Delivery and total time-outs are multiplied by this. @default 1 */
  timeoutScale?: number;
  /** @default the clock */
  now?: () => Date;
  /** Decides on each signed request. @default everyone may do everything */
  authorize?: Authorize;
  /** Command ids. @default random UUIDs */
  newId?: () => string;
  /** Receives errors of sending an event: SSM's events are best effort. @default printed to stderr */
  onPublishError?: (event: EventEntry, error: unknown) => void;
}

/** A running SSM endpoint. */
export interface SsmServer {
  /** For `AWS_ENDPOINT_URL_SSM`. */
  url: string;
  /** Like POST /_selfheal/faults. */
  applyFaults(request: FaultRequest): void;
  close(): Promise<void>;
}

/** Serves SSM's Run Command and document operations over AWS JSON 1.1. Signatures are not checked. */
export async function startSsmServer(options: SsmServerOptions): Promise<SsmServer> {
  const now = options.now ?? (() => new Date());
  const place = options.place ?? { region: 'us-east-1', account: '000000000000' };
  const faults = createFaults(options.publish);
  const onPublishError =
    options.onPublishError ??
    ((event, error) => console.error(`ssm: ${event.DetailType} was not accepted:`, error));
  const documents = createDocumentStore(now);
  let isClosed = false;
  const send = (event: EventEntry) =>
    void faults.publish(event).catch((error: unknown) => onPublishError(event, error));
  const runCommand = createRunCommand({
    documents,
    runner: { ...options.runner, reachable: (id) => !faults.offline(id) && options.runner.reachable(id) },
    now,
    newId: options.newId ?? randomUUID,
    ...(options.requiredNodeTag && { requiredNodeTag: options.requiredNodeTag }),
    visibleAfterMs: options.visibleAfterMs ?? 200,
    timeoutScale: options.timeoutScale ?? 1,
    // Closing the endpoint ends every wait for a node.
    after: (milliseconds, work) => afterByTimer(milliseconds, () => void (isClosed || work())),
    onCommandChange: (command) => send(commandEvent(command, now())),
    onInvocationChange: (command, invocation) => send(invocationEvent(command, invocation, place, now())),
  });
  const operations = new Map<string, Operation>(Object.entries({ ...documents.operations, ...runCommand }));

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => answerError(response, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.url === '/_selfheal/faults') {
      if (request.method === 'POST') faults.apply(parseFaults(body));
      return answer(response, 200, faults.describe());
    }
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.replace(/^AmazonSSM\./, '');
    const operation = operations.get(name);
    if (operation === undefined) {
      throw new SsmError('UnknownOperationException', `this endpoint has no operation "${target}"`);
    }
    const input = parseJson(body) as Record<string, unknown>;
    await authorize(request, name, input);
    const result = operation(input);
    if (name === 'SendCommand' && faults.loseAnswer()) {
      throw new SsmError('InternalServerError', 'An error occurred on the server side.', 500);
    }
    answer(response, 200, result);
  }

  async function authorize(
    request: IncomingMessage,
    name: string,
    input: Record<string, unknown>,
  ): Promise<void> {
    const accessKeyId = accessKeyOf(request.headers.authorization);
    if (options.authorize === undefined || accessKeyId === undefined) return;
    const questions = questionsOf(name, input, options.runner.nodes(), place);
    const denial = await options.authorize(accessKeyId, questions);
    if (denial !== undefined) throw new SsmError('AccessDeniedException', denial);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.address ?? '127.0.0.1', resolve);
  });
  const listening = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('the SSM endpoint has no port');
  return {
    url: `http://${listening.address}:${listening.port}`,
    applyFaults: (request) => faults.apply(request),
    close: () =>
      new Promise((resolve, reject) => {
        isClosed = true;
        server.closeAllConnections();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch (error) {
    throw new SsmError('SerializationException', String(error));
  }
}

function parseFaults(body: string): FaultRequest {
  const result = faultsSchema.safeParse(parseJson(body));
  if (!result.success) throw new SsmError('ValidationException', z.prettifyError(result.error));
  return result.data;
}
