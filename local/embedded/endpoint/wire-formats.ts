/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** How a service's requests and answers look. */
export interface WireFormat {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly answer: (output: unknown) => WireAnswer;
  readonly refuse: (code: string, message: string) => WireAnswer;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly target: string | undefined;
  readonly body: string;
}

const FUNCTION_PATH = /^\/2015-03-31\/functions\/(?<name>[^/]+)\/configuration$/;

/**
 * The protocols that the SDK speaks to the services of the endpoint: AWS JSON, Lambda's REST, and the query protocol.
 *
 * @returns `undefined` for a request in no protocol that is known here
 */
export function wireFormatOf({ method, path, target, body }: HttpRequest): WireFormat | undefined {
  if (target !== undefined)
    return {
      ...JSON_FORMAT,
      operation: target.slice(target.indexOf('.') + 1),
      input: JSON.parse(body || '{}'),
    };
  const { name } = FUNCTION_PATH.exec(path)?.groups ?? {};
  if (method === 'GET' && name !== undefined)
    return {
      ...JSON_FORMAT,
      operation: 'GetFunctionConfiguration',
      input: { FunctionName: decodeURIComponent(name) },
    };
  const { Action, Version: _, ...input } = Object.fromEntries(new URLSearchParams(body));
  return Action === undefined ? undefined : queryFormat(Action, input);
}

const JSON_FORMAT: Pick<WireFormat, 'answer' | 'refuse'> = {
  answer: (output) => json(200, output),
  // The REST protocol takes the type from the body as well.
  refuse: (code, message) => json(400, { __type: code, message }),
};

function json(status: number, body: unknown): WireAnswer {
  return { status, contentType: 'application/x-amz-json-1.1', body: JSON.stringify(body, secondsForDates) };
}

/** `JSON.stringify` has called `toJSON` of a date before a replacer sees the value. */
function secondsForDates(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[key];
  return original instanceof Date ? original.getTime() / 1_000 : value;
}

function queryFormat(operation: string, input: Readonly<Record<string, string>>): WireFormat {
  return {
    operation,
    input,
    answer: (output) =>
      xml(
        200,
        `<${operation}Response><${operation}Result>${xmlOf(output)}</${operation}Result></${operation}Response>`,
      ),
    refuse: (code, message) =>
      xml(
        400,
        `<ErrorResponse><Error>${xmlOf({ Type: 'Sender', Code: code, Message: message })}</Error></ErrorResponse>`,
      ),
  };
}

function xml(status: number, body: string): WireAnswer {
  return { status, contentType: 'text/xml', body };
}

function xmlOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => `<member>${xmlOf(each)}</member>`).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, each]) => `<${key}>${xmlOf(each)}</${key}>`)
      .join('');
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
