import * as z from 'zod';
import { systemdUnit } from './declared-names.ts';
import { belongsNowhere, moveTo, removal } from './key-remedies.ts';
import { namePartOf, nearestName, onlyNamePartOf } from './nearest-name.ts';
import { oneForEachSlip, type SchemaFinding } from './one-for-each-slip.ts';
import { type DocumentPath, type Finding, type ProblemCode, problemCodeOf } from './problem.ts';
import { correction, isPlaceholder, nameInstead } from './remedies.ts';
import { allowed, shown, synonymOf } from './schema-messages.ts';
import { homesOf, meantOption, type SchemaPlace, schemaPlace, valueAt } from './schema-walk.ts';
import { visibleText } from './visible-text.ts';

type Issue = z.core.$ZodIssue;

/** The findings from the issues of a failed parse, each at its own place and with the closest valid name. */
export function schemaFindings(
  root: z.core.$ZodType,
  document: unknown,
  issues: readonly Issue[],
): readonly Finding[] {
  return oneForEachSlip(
    issues.flatMap((issue) => findingsOf(root, document, [], issue)),
    root,
    document,
  );
}

function findingsOf(
  root: z.core.$ZodType,
  document: unknown,
  base: DocumentPath,
  issue: Issue,
): readonly SchemaFinding[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const value = valueAt(document, path);
  const place = schemaPlace(root, document, path);

  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(root, document, path, key));
  }
  if (issue.code === 'invalid_key') return [invalidKey(path, value, place, issue)];
  if (value === undefined) return [missingKey(path, place, issue)];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const options = place?.options ?? [];
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (options.length > 0 && isMapping) {
      const option = meantOption(options, value);
      if (!option) return [unclearKind(path, value, options)];
      return (issue.errors[option.index] ?? []).flatMap((inner) => findingsOf(root, document, path, inner));
    }
  }
  return [wrongValue(path, value, place, issue)];
}

const quoted = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

function unknownKey(
  root: z.core.$ZodType,
  document: unknown,
  path: DocumentPath,
  key: string,
): SchemaFinding {
  const place = schemaPlace(root, document, path);
  const mapping = valueAt(document, path);
  const at = { severity: 'error', path: [...path, key], at: 'key', value: valueAt(mapping, [key]) } as const;
  const meant = meantOption(place?.options ?? [], mapping);
  const rival = place?.options.find((option) => option !== meant && option.own.includes(key));
  if (meant && rival) {
    const present = meant.own.filter((own) => valueAt(mapping, [own]) !== undefined);
    return {
      ...at,
      code: 'conflicting-keys',
      message: `\`${key}\` cannot be combined with ${quoted(present)}`,
      remedy: `Remove \`${key}\`, or keep it and remove ${quoted(present)}.`,
    };
  }
  const keys = place?.keys ?? [];
  const [, name, rest] = /^([A-Za-z]+):(.+)$/.exec(key) ?? [];
  if (name !== undefined && keys.includes(name)) {
    return {
      ...at,
      code: 'unknown-key',
      message: `\`${key}\` has no space after the colon, so all of it is a key`,
      remedy: `Write \`${name}: ${rest}\`.`,
      nearest: name,
    };
  }
  const similar = nearestName(key, keys);
  const homes = similar === undefined && !belongsNowhere(key) ? homesOf(root, document, path, key) : [];
  // Deep in another part of the file, a key of this name is another thing, unless that part is in use.
  const home = homes.find(
    ({ name: place, path: to }) =>
      !place.replace('.<name>', '').includes('.') ||
      (to !== undefined &&
        (path.every((part, at) => part === to[at]) || valueAt(document, to) !== undefined)),
  );
  const remedy = home && moveTo(home, [...path, key]);
  const nearest = similar ?? (home === undefined ? namePartOf(key, keys) : undefined);
  return {
    ...at,
    code: 'unknown-key',
    message: `\`${visibleText(key)}\` is not a key here; allowed: ${keys.length > 0 ? keys.join(', ') : 'none'}`,
    remedy: nearest ? `Did you mean \`${nearest}\`?` : (remedy ?? removal(key, at.value, keys)),
    ...(nearest && { nearest }),
    ...(home?.path && { home: home.path }),
  };
}

function invalidKey(
  path: DocumentPath,
  value: unknown,
  place: SchemaPlace | undefined,
  issue: Extract<Issue, { code: 'invalid_key' }>,
): Finding {
  const inner = issue.issues[0];
  const name = String(path.at(-1));
  const expected = inner?.message ?? 'another name';
  return {
    severity: 'error',
    code: (inner?.code === 'custom' ? problemCodeOf(inner.params) : undefined) ?? 'invalid-name',
    path,
    at: 'key',
    value: name,
    message: `the name ${shown(name)} is not allowed; expected ${expected}`,
    remedy:
      indentFurther(path, value, place) ??
      (belongsNowhere(name) ? removal(name, value, []) : nameInstead(name, expected)),
  };
}

function missingKey(path: DocumentPath, place: SchemaPlace | undefined, issue: Issue): Finding {
  const key = String(path.at(-1));
  const expected = issue.message === UNSAID ? '' : `; expected ${issue.message}`;
  return {
    severity: 'error',
    code: 'missing-key',
    path,
    value: undefined,
    message: `\`${key}\` is missing${expected}`,
    remedy: place?.description ? `Add \`${key}:\` (${place.description})` : `Add \`${key}:\`.`,
  };
}

/** Zod's own message, when nothing better is known. */
const UNSAID = 'Invalid input';

function unclearKind(path: DocumentPath, value: unknown, options: SchemaPlace['options']): Finding {
  const markers = options.flatMap((option) => option.markers);
  return {
    severity: 'error',
    code: 'unclear-kind',
    path,
    value,
    message: `cannot tell which kind this is; expected one of the keys ${quoted(markers)}`,
    remedy: `Add ${markers.map((marker) => `\`${marker}:\``).join(' or ')}.`,
  };
}

const CODES: Readonly<Partial<Record<NonNullable<Issue['code']>, ProblemCode>>> = {
  invalid_type: 'wrong-type',
  invalid_union: 'wrong-type',
  invalid_value: 'unknown-value',
  invalid_format: 'invalid-format',
};

function codeOf(issue: Issue): ProblemCode {
  if (issue.code === 'custom') return problemCodeOf(issue.params) ?? 'invalid-value';
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    return issue.origin === 'number' || issue.origin === 'int' ? 'out-of-range' : 'wrong-length';
  }
  if (issue.code === 'invalid_union' && 'discriminator' in issue) return 'unknown-action';
  if (issue.code === 'invalid_union' && issue.errors.flat().every((inner) => inner.code !== 'invalid_type')) {
    return 'invalid-format';
  }
  return CODES[issue.code] ?? 'invalid-value';
}

/** The unit that a name without its suffix means: the most frequent slip of its kind. */
function meantUnit(issue: Issue, value: unknown): string | undefined {
  if (issue.code !== 'invalid_format' || !issue.pattern?.endsWith('\\.service$/')) return undefined;
  const text = String(value);
  if (text.endsWith('.service') || /\.(target|slice|mount|automount|scope|device|swap)$/.test(text))
    return undefined;
  // A socket, a timer and a path are there for the service of their name.
  return systemdUnit.safeParse(`${text.replace(/\.(service|socket|timer|path)$/i, '')}.service`).data;
}

function candidatesOf(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return issue.options.map(String);
  }
  return [];
}

function expectedOf(issue: Issue): string {
  if (issue.message !== UNSAID || issue.code !== 'invalid_union') return issue.message;
  return [...new Set(issue.errors.flat().map((inner) => inner.message))].join(' or ');
}

function wrongValue(
  path: DocumentPath,
  value: unknown,
  place: SchemaPlace | undefined,
  issue: Issue,
): Finding {
  const expected = expectedOf(issue);
  const candidates = candidatesOf(issue);
  const isText = typeof value === 'string' && !isPlaceholder(value);
  const nearest = isText
    ? (meantUnit(issue, value) ?? nearestName(value, candidates) ?? onlyNamePartOf(value, candidates))
    : undefined;
  return {
    severity: 'error',
    code: codeOf(issue),
    path,
    value,
    message: `expected ${expected}; got ${shown(value)}`,
    remedy: nearest
      ? `Did you mean \`${nearest}\`?`
      : (indentFurther(path, value, place) ??
        synonymOf(value, candidates) ??
        remedyFor(value, expected, place, candidates.length > 0)),
    ...(nearest ? { nearest } : {}),
  };
}

/** The remedy for a key of an entry that is indented as if it were an entry itself. */
function indentFurther(
  path: DocumentPath,
  value: unknown,
  place: SchemaPlace | undefined,
): string | undefined {
  const [holder, key] = path.slice(-2);
  if (typeof key !== 'string' || !isPlainList(value) || !place?.keys.includes(key)) return undefined;
  return `\`${key}\` is a key of an entry of \`${holder}\`: indent it as far as the entry's other keys.`;
}

function remedyFor(
  value: unknown,
  expected: string,
  place: SchemaPlace | undefined,
  isChoice: boolean,
): string {
  const faultWith = (other: unknown) => {
    const parsed = place && z.safeParse(place.schema, other, { error: allowed });
    return parsed?.error?.issues[0]?.message;
  };
  const { keys = [], options = [] } = place ?? {};
  if (value === true && !keys.includes('enabled') && faultWith({}) === undefined) return 'Write `{}`.';
  const known = keys.length > 0 ? keys : new Set(options.flatMap(({ shape }) => Object.keys(shape)));
  const [key, ...others] = isPlainList(value)
    ? [...known].filter((name) => faultWith({ [name]: value }) === undefined)
    : [];
  const isClear = keys.length > 0 || others.length === 0;
  if (key !== undefined && isClear) return `Write \`{ ${key}: ${inYaml(value)} }\`.`;
  const correct = correction(value, expected, faultWith);
  if (correct !== undefined) return correct;
  if (place?.description) return `What it is: ${place.description}`;
  return isChoice ? 'Write one of them.' : 'Write a value of that kind.';
}

const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/** Whether a value is not a mapping, but could be an entry in one. */
const isPlainList = (value: unknown) =>
  isPlain(value) || (Array.isArray(value) && value.length > 0 && value.every(isPlain));

const inYaml = (value: unknown) => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));
