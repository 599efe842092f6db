import { formatDuration } from './duration.ts';

/** Seconds in a unit, by the names that people write for it. `M` means minutes here: no field is in months. */
const UNITS: readonly (readonly [name: RegExp, seconds: number])[] = [
  [/^(ms|msecs?|milliseconds?|millis)$/i, 0.001],
  [/^(|s|secs?|seconds?)$/i, 1],
  [/^(m|mins?|minutes?)$/i, 60],
  [/^(h|hrs?|hours?)$/i, 3_600],
  [/^(d|days?)$/i, 86_400],
  [/^(w|wks?|weeks?)$/i, 604_800],
];

/** How to write a duration that is written in another way, such as `90s` for `1.5m`; `undefined` if that is unclear. */
export function meantDuration(value: unknown): string | undefined {
  const seconds =
    typeof value === 'number' ? value : typeof value === 'string' ? secondsOf(value.trim()) : undefined;
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return undefined;
  // Rounds up to whole seconds, since fractions can't be waited for. Floating point must not add a second to 0.1 m.
  return formatDuration(Math.ceil(Math.round(seconds * 1_000) / 1_000));
}

function secondsOf(text: string): number | undefined {
  const [, days, time] = /^P((?:\d+(?:[.,]\d+)?[WD])*)(?:T(.+))?$/i.exec(text) ?? [];
  if (days !== undefined) return sumOf(days + (time ?? ''));
  const [, hours, minutes, rest] = /^(\d+):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  if (hours !== undefined) return Number(hours) * 3_600 + Number(minutes) * 60 + Number(rest);
  // The unit that follows an hour is a minute, that of a minute a second.
  const [, before, unit = '', last] = /^(.*\d)\s*([hm])[a-z]*\s*(\d{1,2})$/i.exec(text) ?? [];
  if (before !== undefined) return sumOf(`${before}${unit} ${last}${/h/i.test(unit) ? 'm' : 's'}`);
  return sumOf(text);
}

/** The sum of amounts with units, in any order and with anything between them. */
function sumOf(text: string): number | undefined {
  const part = /(\d+(?:[.,]\d+)?)\s*([a-z]*)(?:\s*(?:,|and|\+)?\s*)/giy;
  let sum: number | undefined;
  let end = 0;
  for (let match = part.exec(text); match !== null && match[0] !== ''; match = part.exec(text)) {
    const size = UNITS.find(([name]) => name.test(match?.[2] ?? ''))?.[1];
    if (size === undefined) return undefined;
    sum = (sum ?? 0) + Number((match[1] ?? '').replace(',', '.')) * size;
    end = part.lastIndex;
  }
  return end === text.length ? sum : undefined;
}
