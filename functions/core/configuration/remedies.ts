import type { ComponentFact } from '../actions/action-definition.ts';
import { DURATION } from './duration.ts';
import { meantDuration } from './meant-duration.ts';
import { type FaultWith, FREE_NAMES, meantText } from './meant-text.ts';
import { expectedBy, instanceId } from './names.ts';

/**
 * What to write instead of an unexpected value; `undefined` if that is unclear.
 *
 * @param faultWith checks a suggestion before it is made
 */
export function correction(value: unknown, expected: string, faultWith: FaultWith): string | undefined {
  if (value === null)
    return expected.startsWith('a mapping') && faultWith({}) === undefined
      ? 'Write `{}` if nothing is to be set, or remove the key.'
      : 'Give it a value, or remove the key.';
  const typed = typeof value === 'string' ? asTyped(value) : value;
  if (!Object.is(typed, value)) {
    const remedy = `Write \`${String(typed)}\`, with plain quotes (or none) and plain spaces.`;
    return faultWith(typed) === undefined ? remedy : (correction(typed, expected, faultWith) ?? remedy);
  }
  if (Array.isArray(value) && value.length === 1 && isPlain(value[0]) && faultWith(value[0]) === undefined)
    return `Write one value, without a list: \`${String(value[0])}\`.`;
  return (
    insteadOfVariable(value) ??
    insteadOfAlarmArn(value) ??
    (expected === DURATION ? insteadOfDuration(value, faultWith) : undefined) ??
    (expected === INSTANCE_ID ? insteadOfId(value) : undefined) ??
    insteadOfKind(value, expected, faultWith) ??
    insteadOfSlip(value, expected, faultWith)
  );
}

/**
 * A text without the characters that word processors insert: typographic quotes, non-breaking and zero-width spaces.
 */
const asTyped = (text: string) =>
  text
    .replaceAll(/^[“”„‟‘’‚‛«»]|[“”„‟‘’‚‛«»]$|[\u200b\u2060\ufeff]/gu, '')
    .replaceAll(/[\u00a0\u2007\u202f]/gu, ' ');

function insteadOfAlarmArn(value: unknown): string | undefined {
  const [, name] = /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(String(value)) ?? [];
  return name && `Write \`${name}\`; it must be an alarm in the account and Region that you deploy to.`;
}

const INSTANCE_ID = expectedBy(instanceId);

function insteadOfSlip(value: unknown, expected: string, faultWith: FaultWith): string | undefined {
  const meant = typeof value === 'string' ? meantText(value, expected, faultWith) : undefined;
  return meant && `Write \`${meant}\`.`;
}

/** What to write instead of a name that is not allowed. */
export function nameInstead(name: string, expected: string): string {
  const kind = FREE_NAMES.find((each) => expectedBy(each) === expected);
  const faultWith = (other: unknown) => kind?.safeParse(other).error?.message;
  return (kind && insteadOfSlip(name, expected, faultWith)) ?? 'Choose another name.';
}

const VARIABLE = /\$\{[^}]*\}?|\{\{.*?(\}\}|$)|\$\([A-Za-z_]+\)|<[A-Z][A-Z0-9_ -]*>/;

/** The first variable or placeholder in a text, such as `${NAME}`. */
export function variableIn(text: string): string | undefined {
  return VARIABLE.exec(text)?.[0];
}

export const NO_VARIABLES =
  'Selfheal does not replace variables: write the value itself, or fill in the file beforehand, for example with `envsubst`.';

/** What only a value that is refused anyway is taken for: names and messages may contain it. */
const PLACEHOLDER =
  /\$[A-Za-z_]\w*|<%.*%>|<[A-Za-z][\w -]*>|^(TODO|FIXME|CHANGE_?ME|XXX)\b|__[A-Z_]+__|%[A-Z_]+%|@[A-Z_]+@/;

export const isPlaceholder = (text: string) => variableIn(text) !== undefined || PLACEHOLDER.test(text);

const insteadOfVariable = (value: unknown) =>
  typeof value === 'string' && isPlaceholder(value) ? NO_VARIABLES : undefined;

function insteadOfDuration(value: unknown, faultWith: FaultWith): string {
  const meant = meantDuration(value);
  if (meant === undefined) return 'Write it like `30s`, `5m`, `2h`, `1d` or `1h30m`.';
  const fault = faultWith(meant);
  if (fault === DURATION) return 'Write a shorter time.';
  if (fault !== undefined) return `That is \`${meant}\` here; expected ${fault}.`;
  return typeof value === 'string' && /^\d+$/.test(value)
    ? `Remove the quotes: write \`${Number(value)}\`.`
    : `Write \`${meant}\`.`;
}

const BY_TAGS = '`targets: { tags: { key: value } }`';

function insteadOfId(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const inside = /\b(i|mi)-[0-9a-f]{8,17}\b/i.exec(value)?.[0].toLowerCase();
  if (inside !== undefined) {
    return instanceId.safeParse(inside).success
      ? `Write \`${inside}\`.`
      : 'Copy it again: `i-` is followed by 8 or 17 hexadecimal digits, `mi-` by 17.';
  }
  if (/[*?]/.test(value))
    return `Write each id in full; to choose nodes by what they have in common, use ${BY_TAGS}.`;
  const isAddress = /^[\d.]+$/.test(value) || (/^[\da-f:.]+(%\w+)?$/i.test(value) && value.includes(':'));
  return `${isAddress ? 'An address' : 'A name'} is not an id: write the one that \`aws ssm describe-instance-information\` lists, or use ${BY_TAGS}.`;
}

function insteadOfKind(value: unknown, expected: string, faultWith: FaultWith): string | undefined {
  if (expected === 'true or false') return insteadOfBoolean(value);
  if (expected.endsWith('number')) return insteadOfNumber(value);
  if (expected === 'a list') return insteadOfList(value);
  if (expected.startsWith('a mapping')) return insteadOfMapping(value);
  if (expected !== 'text') return undefined;
  if (Array.isArray(value)) {
    return value.length === 1 && isPlain(value[0])
      ? `Write one value, without a list: \`${String(value[0])}\`.`
      : 'Write one value, without a list.';
  }
  return isPlain(value) && faultWith(String(value)) === undefined
    ? `Put it in quotes: \`"${String(value)}"\`.`
    : undefined;
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

function insteadOfBoolean(value: unknown): string {
  const given = String(value).toLowerCase();
  const meant = ['true', 'yes', 'on', '1'].includes(given)
    ? 'true'
    : ['false', 'no', 'off', '0'].includes(given)
      ? 'false'
      : undefined;
  if (meant === undefined) return 'Write true or false; YAML 1.2 has no yes, no, on or off.';
  return given === meant
    ? `Remove the quotes: write \`${meant}\`.`
    : `Write \`${meant}\`; YAML 1.2 has no yes, no, on or off.`;
}

function insteadOfNumber(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value)
      ? `Write a whole number, such as \`${Math.round(value)}\`.`
      : 'Write a finite number.';
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text !== '' && Number.isFinite(Number(text))) return `Remove the quotes: write \`${Number(text)}\`.`;
  const [, comparison, limit] = /^([<>]=?)\s*(-?[\d.]+)$/.exec(text) ?? [];
  if (limit !== undefined && Number.isFinite(Number(limit)))
    return `Write \`${Number(limit)}\`, without \`${comparison}\`.`;
  const [, figure, unit] = /^([+-]?\d+(?:\.\d+)?)\s*([%a-zA-Z/]+)$/.exec(text) ?? [];
  if (figure !== undefined) return `Write \`${figure}\`, without \`${unit}\`.`;
  const [, plain, decimals] = /^([+-]?\d+)(,\d{1,2})?\s*(?:[,;]|\/\/.*)?$/.exec(text) ?? [];
  if (plain !== undefined) return `Write \`${plain}${decimals?.replace(',', '.') ?? ''}\`.`;
  const ungrouped = text.replaceAll(/(?<=\d)[,_ ](?=\d{3}\b)/g, '');
  return ungrouped !== text && Number.isFinite(Number(ungrouped)) ? `Write \`${ungrouped}\`.` : undefined;
}

function insteadOfMapping(value: unknown): string | undefined {
  if (Array.isArray(value)) return asTags(value) ?? 'Write it as lines of `key: value`, without `- `.';
  if (!isPlain(value)) return undefined;
  const [, key, rest] = /^([A-Za-z]\w*)\s*[= ]\s*(\S+)$/.exec(String(value)) ?? [];
  return key === undefined
    ? 'Write it as lines of `key: value`, indented below its own key.'
    : `Write \`${key}: ${rest}\`, with a colon.`;
}

/** How AWS's own APIs and templates list tags. */
function asTags(list: readonly unknown[]): string | undefined {
  const pairs = list.map((entry) => {
    const { Key, Value } = (entry ?? {}) as { readonly Key?: unknown; readonly Value?: unknown };
    return isPlain(Key) && isPlain(Value) ? `${Key}: ${Value}` : undefined;
  });
  return pairs.length === 0 || pairs.includes(undefined) ? undefined : `Write \`{ ${pairs.join(', ')} }\`.`;
}

function insteadOfList(value: unknown): string {
  if (!isPlain(value)) return 'Write it as a list: each entry on a line of its own, after `- `.';
  const entries = String(value)
    .replaceAll(/^\[|\]$|^-(?=\S)/g, '')
    .split(/[,\s]+/)
    .filter(Boolean);
  return `Write it as a list: \`[${entries.join(', ')}]\`.`;
}

/** How to declare what an action needs of a component. */
export const FACT_REMEDIES = {
  service: '`service: name.service`',
  health: '`health:` with a `url`',
  configPaths: '`configPaths:`',
  tempPaths: '`tempPaths:`',
  certificate: '`certificate:` with its files and names',
  release: '`release:` with its `link` and `directory`',
  codeDeploy: '`codeDeploy: application/deployment-group`',
  appConfig: '`appConfig: application/environment/profile`, by their ids',
  rules: '`rules:` with an `engine` and `files`',
  database: '`database:` with an `engine` and a `dataDirectory`',
  targetGroup: '`targetGroup:` with an ARN',
  loadBalancer: '`loadBalancer:` with an ARN',
} as const satisfies Record<ComponentFact, string>;
