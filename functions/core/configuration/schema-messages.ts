import type * as z from 'zod';
import { visibleText } from './visible-text.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (`key: value` lines)',
  record: 'a mapping (`key: value` lines)',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  url: 'an address such as https://example.com/health',
  cidrv4: 'an IPv4 network such as 10.0.0.0/8',
  cidrv6: 'an IPv6 network such as fd00::/8',
};

const plural = (count: number | bigint, one: string, many: string) =>
  Number(count) === 1 ? `1 ${one}` : `${count} ${many}`;

function amount(limit: number | bigint, origin: string): string {
  if (origin === 'string') return plural(limit, 'character', 'characters');
  if (origin === 'array' || origin === 'record' || origin === 'set') {
    return plural(limit, 'entry', 'entries');
  }
  return String(limit);
}

const one = (names: readonly unknown[]) =>
  names.length === 1 ? String(names[0]) : `one of ${names.map(String).join(', ')}`;

/**
 * The error map for parsing the configuration: it states what is allowed, as a noun phrase. The `error` of a schema
 * takes precedence.
 */
export const allowed: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return one(issue.values);
    case 'too_small':
      return `at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? `text that matches ${issue.pattern}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? one(issue.options) : undefined;
    default:
      return undefined;
  }
};

/** Names that people use for things that have another name here, in lower case. */
const OTHER_NAMES: ReadonlyMap<string, readonly [name: string, value: string]> = new Map([
  ['openrc', ['OpenRC', 'sysv']],
  ['sysvinit', ['SysV init', 'sysv']],
  ['initd', ['init.d', 'sysv']],
  ['systemctl', ['systemctl', 'systemd']],
  ['greaterthanthreshold', ['GreaterThanThreshold', '>']],
  ['greaterthanorequaltothreshold', ['GreaterThanOrEqualToThreshold', '>=']],
  ['lessthanthreshold', ['LessThanThreshold', '<']],
  ['lessthanorequaltothreshold', ['LessThanOrEqualToThreshold', '<=']],
  ['gt', ['gt', '>']],
  ['gte', ['gte', '>=']],
  ['ge', ['ge', '>=']],
  ['lt', ['lt', '<']],
  ['lte', ['lte', '<=']],
  ['le', ['le', '<=']],
  ['dryrun', ['dry-run', 'observe']],
  ['off', ['off', 'observe']],
  ['manual', ['manual', 'propose']],
  ['health', ['health', 'endpoint']],
]);

/** What to write for something that has another name here; `undefined` where that is not allowed, either. */
export function synonymOf(value: unknown, candidates: readonly string[]): string | undefined {
  const plain = String(value)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  const [name, meant = ''] = OTHER_NAMES.get(plain) ?? [];
  return candidates.includes(meant) ? `${name}: write \`${meant}\`.` : undefined;
}

const QUOTED_CHARACTERS = 60;

/** A value of the file, for a message; long ones are cut. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  const text = visibleText(typeof value === 'number' ? String(value) : JSON.stringify(value));
  return text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text;
}
