import type * as z from 'zod/mini';

const MAXIMUM_VALUE = 60;

/**
 * What is wrong with the fields of an event, in one sentence each: the field, its value, and what is allowed there.
 *
 * @param known the existing fields, to name them if one does not exist
 */
export function eventProblem(error: z.core.$ZodError, event: unknown, known: readonly string[] = []): string {
  // Whatever has a length is measured, too: of a value of the wrong kind, that says nothing.
  const first = new Map(error.issues.toReversed().map((issue) => [JSON.stringify(issue.path), issue]));
  return error.issues
    .filter((issue) => first.get(JSON.stringify(issue.path)) === issue)
    .map((issue) => problemOf(issue, event, known))
    .join('; ');
}

function problemOf(issue: z.core.$ZodIssue, event: unknown, known: readonly string[]): string {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => shown(key)).join(', ');
    const where = field === '' ? '' : ` in ${field}`;
    return `${names}${where}: no such field; remove it${known.length > 0 && field === '' ? `, or use one of ${known.join(', ')}` : ''}`;
  }
  const value = valueAt(event, issue.path);
  const said = value === undefined ? 'missing' : shown(value);
  return `${field === '' ? 'detail' : field} ${said}: ${allowedBy(issue)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  nonoptional: 'a value',
};

/** Where a schema does not say by itself what is allowed, Zod has words for programmers. */
const UNSAID = /^(Invalid|Too (small|big))\b/;

/** What its schema says is allowed; where that says nothing of its own, the kind of value. */
function allowedBy(issue: z.core.$ZodIssue): string {
  if (!UNSAID.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.message;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `${amount(issue.minimum, issue.origin)} at least`;
    case 'too_big':
      return `${amount(issue.maximum, issue.origin)} at most`;
    case 'invalid_format':
      return issue.format === 'datetime' ? 'a time such as 2026-11-30T12:00:00Z' : issue.message;
    default:
      return issue.message;
  }
}

function amount(limit: number | bigint, origin: string): string {
  const unit = origin === 'string' ? 'character' : 'entry';
  if (origin === 'number' || origin === 'int') return String(limit);
  return Number(limit) === 1 ? `1 ${unit}` : `${limit} ${unit === 'entry' ? 'entries' : 'characters'}`;
}

function shown(value: unknown): string {
  const text =
    typeof value === 'object' && value !== null
      ? `a ${Array.isArray(value) ? 'list' : 'mapping'}`
      : JSON.stringify(value);
  return text.length <= MAXIMUM_VALUE ? text : `${text.slice(0, MAXIMUM_VALUE - 1)}…`;
}

function valueAt(event: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    event,
  );
}
