import * as z from 'zod/mini';

const SECONDS_PER_UNIT = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

const WHOLE = '(0|[1-9][0-9]{0,6})';

/** Whole numbers with their units, the largest unit first. */
const durationText = new RegExp(`^(?=.)(?:${WHOLE}d)?(?:${WHOLE}h)?(?:${WHOLE}m)?(?:${WHOLE}s)?$`);

export const DURATION = 'a whole number of seconds, or whole numbers with units: 30s, 5m, 2h, 1d, 1h30m';

/** Whole seconds of a duration such as `30s`, `5m`, `2h`, `1d` or `1h30m`; `undefined` if the text is not one. */
export function parseDurationSeconds(text: string): number | undefined {
  const amounts = durationText.exec(text)?.slice(1);
  if (amounts === undefined) return undefined;
  const sizes = Object.values(SECONDS_PER_UNIT).toReversed();
  return sizes.reduce((sum, size, index) => sum + size * Number(amounts[index] ?? 0), 0);
}

/** Seconds as the shortest exact text, such as `5m` for 300. */
export function formatDuration(seconds: number): string {
  const units = Object.entries(SECONDS_PER_UNIT).toReversed();
  const [unit, size] = units.find(([, unitSeconds]) => seconds !== 0 && seconds % unitSeconds === 0) ?? [
    's',
    1,
  ];
  return `${seconds / size}${unit}`;
}

/**
 * A duration field: whole seconds as a number, or a text with a unit. Its output is always seconds.
 *
 * @param limits inclusive bounds, in seconds
 */
export function durationSeconds(limits: { readonly min: number; readonly max: number }) {
  const range = `a duration from ${formatDuration(limits.min)} to ${formatDuration(limits.max)}`;
  return z.pipe(
    z.pipe(
      z.union([z.int(), z.string().check(z.regex(durationText, { error: DURATION }))], { error: DURATION }),
      z.transform((value) =>
        typeof value === 'number' ? value : (parseDurationSeconds(value) ?? Number.NaN),
      ),
    ),
    z.number().check(z.minimum(limits.min, { error: range }), z.maximum(limits.max, { error: range })),
  );
}
