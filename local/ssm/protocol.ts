import type { IncomingMessage, ServerResponse } from 'node:http';

/** An error as the API answers it: `code` is the exception's name, such as `InvalidDocument`. */
export class SsmError extends Error {
  override readonly name = 'SsmError';
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}

/** One operation: from the request's JSON to the answer's. Throws `SsmError` for what the API refuses. */
export type Operation = (input: Record<string, unknown>) => unknown;

/** Reads a whole request body. The API accepts 1 MB at most. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > 1_048_576) throw new SsmError('RequestEntityTooLarge', 'the request is over 1 MB', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Answers in AWS JSON 1.1. Dates become epoch seconds, as in the protocol. */
export function answer(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(epochSeconds(body)));
}

/** Answers with an error; anything that is not an `SsmError` is an `InternalServerError` with status 500. */
export function answerError(response: ServerResponse, error: unknown): void {
  const known = error instanceof SsmError ? error : new SsmError('InternalServerError', String(error), 500);
  answer(response, known.statusCode, { __type: known.code, message: known.message, Message: known.message });
}

function epochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(epochSeconds);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, epochSeconds(item)]));
  }
  return value;
}
