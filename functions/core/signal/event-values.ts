import * as z from 'zod/mini';

/** The most characters of a text for people that a record keeps. */
const MAXIMUM_REASON = 300;

/** Deeper than anything that is read; what is nested more deeply stays as it is, and the schema refuses it. */
const MAXIMUM_DEPTH = 8;

/**
 * Cleans a value of an event. Fields that are null are left out, since monitors write null for what they don't know.
 * Halves of surrogate pairs, which no store accepts, are replaced. Elements of lists stay.
 */
export function normalized(value: unknown, depth = MAXIMUM_DEPTH): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((each) => normalized(each, depth - 1));
  const present = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(present.map(([name, each]) => [name, normalized(each, depth - 1)]));
}

/** Cuts a text for people to the length that a record keeps. */
export function shortReason(text: string): string {
  return shortText(text, MAXIMUM_REASON);
}

/**
 * One line that any store and any topic accepts: no line breaks or control characters, no halves of surrogate pairs.
 *
 * @param maximum UTF-16 code units
 */
export function shortText(text: string, maximum: number): string {
  // Only the part that may be kept is read: an event may hold a quarter of a megabyte.
  const start = text.slice(0, maximum * 2).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const isWhole = text.length <= maximum * 2 && start.length <= maximum;
  if (isWhole) return start.toWellFormed();
  const cut = start.slice(0, maximum - 1);
  const endsInHalf = /[\uD800-\uDBFF]$/.test(cut);
  return `${(endsInHalf ? cut.slice(0, -1) : cut).toWellFormed()}…`;
}

/**
 * A field for people: whatever it holds becomes a short text, and is never a reason to refuse an event. Empty if it is
 * absent.
 */
export function textForPeople(maximum = MAXIMUM_REASON) {
  return z.pipe(
    z._default(z.unknown(), ''),
    z.transform((value) => shortText(textOf(value), maximum)),
  );
}

/** Any value as text, however deeply it is nested. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return '(nested too deeply to be shown)';
  }
}

/** The magnitudes that CloudWatch accepts (PutMetricData). They fit into a record; not every double does. */
const LARGEST_FIGURE = 2 ** 360;
const SMALLEST_FIGURE = 2 ** -360;

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/**
 * A figure for people and for the diagnosis, as a number or in quotes. Monitors also write `NaN`, `+Inf` or `n/a`: what
 * is not a figure is left out, and is never a reason to refuse an event.
 */
export function figureOf(value: unknown): number | undefined {
  const figure = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
  if (typeof figure !== 'number' || !(Math.abs(figure) <= LARGEST_FIGURE)) return undefined;
  return Math.abs(figure) < SMALLEST_FIGURE ? 0 : figure;
}

/** `{ [name]: figure }` for those of the values that are figures. */
export function figuresIn<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
): Partial<Record<Name, number>> {
  const figures = Object.entries(values).map(([name, value]) => [name, figureOf(value)] as const);
  return Object.fromEntries(figures.filter(([, figure]) => figure !== undefined)) as Partial<
    Record<Name, number>
  >;
}
