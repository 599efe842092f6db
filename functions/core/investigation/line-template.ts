import { shortText } from '../signal/event-values.ts';
import { masked } from './masked-text.ts';

/** Of what a line says, this much is read: what is wrong stands at the beginning. */
const READ_CHARACTERS = 2_000;
const TEMPLATE_CHARACTERS = 200;

/** What lines about errors say, whatever wrote them. Those that a service writes all the time are no news. */
export const ERROR_WORDS =
  'error|exception|fatal|panic|critical|severe|traceback|fail|timed out|timeout|refused|denied|out of memory|killed';
const SAYS_TROUBLE = new RegExp(ERROR_WORDS, 'i');

const HARMLESS = /^(?:trace|debug|info|information|notice|10|20|30)$/i;

const LEVEL_FIELDS = ['level', 'severity', 'levelname', 'log.level'];
const TYPE_FIELDS = [
  ...['errorType', 'error.type', 'err.type', 'exception.type', 'error.name', 'err.name'],
  // Of an error alone, as functions in Node.js write it.
  'message.errorType',
];
const MESSAGE_FIELDS = [
  ...['message', 'msg', 'errorMessage', 'error.message', 'err.message', 'exception.message'],
  ...['message.errorMessage', 'message.message', 'error', 'err', 'exception', 'reason'],
  // Of Fluent Bit, Google Cloud, structlog and OpenTelemetry.
  ...['log', 'textPayload', 'event', 'body'],
];

/**
 * What lines about the same fault have in common: the message, with all masked that differs from one to the next. Of
 * JSON, only the kind of the error and its message are kept; of several lines, the first, or the last of a traceback.
 *
 * @returns `undefined` for a line that says itself that it is about no error
 */
export function templateOf(line: string): string | undefined {
  const fields = fieldsIn(line);
  const outer = fields && saidIn(fields);
  // What collects the lines of containers wraps them, whatever is in them.
  const wrapped = outer === undefined ? undefined : fieldsIn(outer);
  const isHarmless = [fields, wrapped].some(
    (each) => each && HARMLESS.test(textIn(each, LEVEL_FIELDS) ?? ''),
  );
  if (isHarmless) return undefined;
  const said = (wrapped && saidIn(wrapped)) ?? outer ?? troubleIn(fields);
  return shortText(
    masked(wholeWords(tellingLine(said ?? line)))
      .replace(/\s+/g, ' ')
      .trim(),
    TEMPLATE_CHARACTERS,
  );
}

/** A word that is cut might no longer look like what it is. */
function wholeWords(text: string): string {
  if (text.length <= READ_CHARACTERS) return text;
  let end = READ_CHARACTERS;
  while (end > 0 && /\S/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

type Fields = Readonly<Record<string, unknown>>;

/** The JSON in a line, which other things may stand before. */
function fieldsIn(text: string): Fields | undefined {
  const start = text.indexOf('{');
  if (start === -1) return undefined;
  try {
    return JSON.parse(text.slice(start)) as Fields;
  } catch {
    return undefined;
  }
}

function saidIn(fields: Fields): string | undefined {
  const message = textIn(fields, MESSAGE_FIELDS);
  const type = textIn(fields, TYPE_FIELDS);
  return message !== undefined && type !== undefined ? `${type}: ${message}` : (message ?? type);
}

/** The first of the fields that holds a text or a number; `error.type` is the field `type` of `error`, or called so. */
function textIn(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const [first = '', second = ''] = name.split('.');
    const outer = fields[first];
    const nested = typeof outer === 'object' && outer !== null ? (outer as Fields)[second] : undefined;
    const value = fields[name] ?? nested;
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return String(value);
  }
  return undefined;
}

/** Of JSON without a field of a known name: the first text, at any depth, that a search for errors would find. */
function troubleIn(value: unknown): string | undefined {
  if (typeof value === 'string') return SAYS_TROUBLE.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const each of Object.values(value)) {
    const found = troubleIn(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function tellingLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first = ''] = lines;
  return first.includes('Traceback (most recent call last)') ? (lines.at(-1) ?? first) : first;
}
