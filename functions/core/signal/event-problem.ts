import type * as z from 'zod/mini';

const MAXIMUM_VALUE = 60;

/**
 * What is wrong with the fields of an event, in one sentence each: the field, its value, and what is allowed there.
 *
 * @param known the existing fields, to name them if one does not exist
 */
export function eventProblem(error: z.core.$ZodError, event: unknown, known: readonly string[] = []): string {
  return error.issues.map((issue) => problemOf(issue, event, known)).join('; ');
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
};

/** What its schema says is allowed; where that says nothing of its own, the kind of value. */
function allowedBy(issue: z.core.$ZodIssue): string {
  const isUnnamed = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input');
  return (isUnnamed && KINDS[issue.expected]) || issue.message;
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
