import { namesPersonOrSecret } from './masked-text.ts';

/** What lines about errors say, whatever wrote them. Those that a service writes all the time are no news. */
export const ERROR_WORDS =
  'error|exception|fatal|panic|critical|severe|traceback|fail|timed out|timeout|refused|denied|out of memory|killed';
const SAYS_TROUBLE = new RegExp(ERROR_WORDS, 'i');

/** JSON in a text in JSON, and so on: a collector's around a logger's, with a context in its message. */
const WRAPPED_AT_MOST = 3;
/** Deeper than anything that a logger writes. */
const NESTED_AT_MOST = 8;

const HARMLESS = /^(?:trace|debug|info|information|notice|10|20|30)$/i;

// In lower case, as all names of fields are read. `error.type` is the field `type` of `error`, or one of that name.
const LEVEL_FIELDS = [
  ...['level', 'severity', 'levelname', 'log.level', 'loglevel', '@l', 'severitytext', 'severity_text'],
];
const MESSAGE_FIELDS = [
  ...['message', 'msg', 'message.message', 'fields.message', 'renderedmessage', 'messagetemplate'],
  ...['@m', '@mt', 'short_message'],
];
const TYPE_FIELDS = [
  ...['errortype', 'error.type', 'err.type', 'exception.type', 'error.name', 'err.name', 'thrown.name'],
  ...['throwable.classname', 'exception.exceptiontype', 'exception.exception_class', 'exception.classname'],
  ...['exception_name', 'error.kind'],
  // Of functions: of an error alone in Node.js, and in the events of the platform.
  ...['message.errortype', 'record.errortype'],
  ...['error.code', 'err.code'],
];
const ERROR_FIELDS = [
  ...['errormessage', 'error.message', 'err.message', 'exception.message', 'exception.exception_message'],
  ...['thrown.message', 'throwable.message', 'message.errormessage', 'fields.error'],
  ...['error', 'err', 'exception', 'exc_info', '@x', 'stack_trace'],
];
/** Of Fluent Bit, Google Cloud and structlog. Behind a text they are its context, and say nothing of what is wrong. */
const COLLECTED_FIELDS = ['reason', 'log', 'textpayload', 'event'];
/** Of OpenTelemetry. Elsewhere a body is what somebody sent. */
const BODY_FIELDS = ['body', 'body.stringvalue'];
const BESIDE_BODY = ['severitytext', 'severity_text', 'severitynumber', 'severity_number', 'resource'];

/** How the name of another field ends that tells what is wrong. */
const TELLING_NAME =
  /(?:^|[^a-z])(?:message|msg|text|errors?|err|exception|reason|cause|details?|description|outcome|result|status|log|event|problem|failure|stack|trace)$/;
/** What a request had in it is its sender's. */
const SENT_NAME = /(?:^|[^a-z])(?:req|request|body|params?|query|input|form|headers?|args?)$/;

/** Times, ids and levels: what loggers and functions write before a line. */
const PREFIX =
  /[\da-f]{8}-[\da-f-]{27}|\b(?:fatal|critical|severe|panic|error|warn(?:ing)?|notice|info|debug|trace|std(?:out|err))\b/gi;

/**
 * What a line says of an error, unmasked. Of JSON, only the message and the error with its type are read, and what stands
 * before it; of several lines, the first, or the last of a traceback. JSON that says nothing of an error is kept whole.
 *
 * @returns `undefined` for a line that says itself that it is about no error
 */
export function loggedMessage(line: string, wrappedAtMost = WRAPPED_AT_MOST): string | undefined {
  const start = line.indexOf('{');
  const json = start === -1 || wrappedAtMost === 0 ? undefined : parsed(line.slice(start));
  if (json === undefined) return tellingLine(line);
  const before = line.slice(0, start);
  const isAll = !/\p{L}{2}/u.test(before.replace(PREFIX, ''));
  const mayBeHarmless = !SAYS_TROUBLE.test(before);
  const fields = withLowerCaseNames(json);
  const level = textIn(fields, LEVEL_FIELDS);
  if (mayBeHarmless && HARMLESS.test(level ?? '')) return undefined;

  const inner = (text: string | undefined) =>
    text === undefined ? undefined : loggedMessage(text, wrappedAtMost - 1);
  const own = textIn(fields, MESSAGE_FIELDS) ?? (isAll ? collectedIn(fields) : undefined);
  // Behind a text, JSON without a level is its context: a message there may be one that somebody sent.
  const text = isAll || level !== undefined || SAYS_TROUBLE.test(own ?? '') ? own : undefined;
  const [message, error] = [inner(text), inner(textIn(fields, ERROR_FIELDS))];
  const said = joined(message, textIn(fields, TYPE_FIELDS), error);
  if (mayBeHarmless && text !== undefined && said === undefined) return undefined;
  const known = said ?? inner(troubleIn(json));
  if (known === undefined) return tellingLine(line);
  return isAll ? known : behind(tellingLine(before).trim(), known);
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withLowerCaseNames(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]));
}

/** The first of the fields that holds a text or a number. */
function textIn(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const [first = '', second = ''] = name.split('.');
    const value = fields[name] ?? withLowerCaseNames(fields[first])[second];
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return String(value);
  }
  return undefined;
}

function collectedIn(fields: Fields): string | undefined {
  const isTelemetry = BESIDE_BODY.some((name) => name in fields);
  return textIn(fields, isTelemetry ? [...COLLECTED_FIELDS, ...BODY_FIELDS] : COLLECTED_FIELDS);
}

/** A value of a field ends at a semicolon: what comes from JSON is none, unless the JSON itself is the value. */
function behind(before: string, said: string): string {
  return `${before}${/[:=]$/.test(before) ? '' : ';'} ${said}`;
}

/** `Could not save; StockError: no stock`: what one of them says already is not repeated. */
function joined(
  message: string | undefined,
  type: string | undefined,
  error: string | undefined,
): string | undefined {
  if (error === undefined || message?.includes(error)) return typed(type, message);
  const typedError = typed(type, error);
  return message === undefined || typedError.includes(message) ? typedError : behind(message, typedError);
}

function typed(type: string | undefined, text: string): string;
function typed(type: string | undefined, text: string | undefined): string | undefined;
function typed(type: string | undefined, text: string | undefined): string | undefined {
  return type === undefined || text?.includes(type) ? text : [type, text].filter(Boolean).join(': ');
}

/**
 * Of JSON without a field of a known name: the first text that a search for errors would find, in a field whose name
 * says that it tells what is wrong. What is in a field of a person's, a secret or a request is passed over.
 */
function troubleIn(value: unknown, name = '', depth = 0): string | undefined {
  if (typeof value === 'string')
    return TELLING_NAME.test(name) && SAYS_TROUBLE.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null || depth === NESTED_AT_MOST) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const inner = Array.isArray(value) ? name : key.replace(/(?<=[a-z\d])(?=[A-Z])/g, '_').toLowerCase();
    if (SENT_NAME.test(inner) || namesPersonOrSecret(inner)) continue;
    const found = troubleIn(each, inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function tellingLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first = ''] = lines;
  return first.includes('Traceback (most recent call last)') ? (lines.at(-1) ?? first) : first;
}
