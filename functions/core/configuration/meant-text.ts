import { componentName, expectedBy, metricName } from './names.ts';

/** What the schema finds wrong with a value in the place of another; `undefined` if it is valid there. */
export type FaultWith = (value: unknown) => string | undefined;

/** Kinds of names that are made up in the file itself, or by other monitors. */
export const FREE_NAMES = [componentName, metricName];

const STATISTICS: ReadonlyMap<string, string> = new Map([
  ...['Average', 'Sum', 'Minimum', 'Maximum'].map((name) => [name.toLowerCase(), name] as const),
  ['avg', 'Average'],
  ['mean', 'Average'],
  ['total', 'Sum'],
  ['min', 'Minimum'],
  ['max', 'Maximum'],
  ['count', 'SampleCount'],
]);

/** What a text was most likely meant to be: each mends a slip of its own. */
const MENDED: readonly ((text: string) => string | undefined)[] = [
  (text) => text.trim(),
  (text) => /^([^.]+)\..*\.rds\.amazonaws\.com(?:\.cn)?$/.exec(text)?.[1],
  (text) => (text.includes('/') ? undefined : text.toLowerCase()),
  (text) => text.replaceAll(/\/{2,}/g, '/').replace(/\/$/, ''),
  (text) => text.replace(/[.,;]$/, ''),
  (text) => (/^[\d.]+$/.test(text) ? `${text}/32` : undefined),
  (text) => (/^[\da-f:]+$/i.test(text) ? `${text}/128` : undefined),
  (text) => text.replace(/^https?:/i, (scheme) => scheme.toLowerCase()),
  (text) => /^.*\/([^/]+\.service)$/.exec(text)?.[1],
  (text) => (/^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(text) ? `https://${text}` : undefined),
  (text) => STATISTICS.get(text.toLowerCase()),
  (text) => /^arn:(?:[^:]*:){4}[^:/]*[:/](.+?)(?::\*)?$/.exec(text)?.[1],
  (text) => /^arn:.*\/([^/]+)$/.exec(text)?.[1],
  (text) => /^(?:mailto:|.*<)([^<>]+)>?$/.exec(text)?.[1],
];

const hyphenated = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[_. ]+/g, '-');

/**
 * The text that someone meant, such as an ARN's name, or a path without its last slash; `undefined` if none is valid.
 *
 * @param expected what the schema says is allowed there
 */
export function meantText(text: string, expected: string, faultWith: FaultWith): string | undefined {
  const isFree = FREE_NAMES.some((kind) => expectedBy(kind) === expected);
  const mended = isFree ? [...MENDED, hyphenated] : MENDED;
  return mended
    .map((mend) => mend(text))
    .find((meant) => meant !== undefined && meant !== '' && meant !== text && faultWith(meant) === undefined);
}
