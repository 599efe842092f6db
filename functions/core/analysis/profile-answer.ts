import * as z from 'zod/mini';
import type { Point } from '../detection/detector.ts';
import { PROFILE_PERIOD_SECONDS } from './profile-series.ts';

/** What a host has measured since some time. */
export interface ProfileAnswer {
  /** By column, oldest first. */
  readonly points: ReadonlyMap<string, readonly Point[]>;
  /** Nothing is missing from the answer up to here. */
  readonly completeUntilMs: number;
  readonly latest: ProfileRow;
}

/** The newest measurement of a host. */
export interface ProfileRow {
  readonly atMs: number;
  /** By column. */
  readonly values: Readonly<Record<string, number>>;
  /** What could not be measured, and why. @default nothing */
  readonly missing?: string;
}

const answer = z.object({
  latestAt: z.number(),
  columns: z.string(),
  latest: z.string(),
  missing: z.string(),
  rows: z.string(),
  until: z.number(),
});

/**
 * The answer of `read_profile`.
 *
 * @param sinceMs from which it was asked for: the number of a row counts periods from there
 * @returns `undefined` if it is not one, or was cut off
 */
export function profileAnswer(output: string, sinceMs: number): ProfileAnswer | undefined {
  const line = output.split('\n').find((each) => each.startsWith('{'));
  const parsed = answer.safeParse(line === undefined ? undefined : jsonOf(line));
  if (!parsed.success) return undefined;
  const { latestAt, missing, until } = parsed.data;
  const columns = namesOf(parsed.data.columns);
  const values = parsed.data.latest.split(',').map(numberOf);
  const known = columns.flatMap((column, at) => {
    const value = values[at];
    return value === undefined ? [] : [[column, value] as const];
  });
  return {
    points: pointsOf(columns, parsed.data.rows, sinceMs),
    completeUntilMs: until * 1_000,
    latest: {
      atMs: latestAt * 1_000,
      values: Object.fromEntries(known),
      ...(missing !== '' && { missing }),
    },
  };
}

/** Rows end with `;`. An empty field stands for the value in the row before. */
function pointsOf(
  columns: readonly string[],
  rows: string,
  sinceMs: number,
): ReadonlyMap<string, readonly Point[]> {
  const points = new Map(columns.map((column) => [column, [] as Point[]]));
  const before: string[] = [];
  for (const row of rows.split(';').slice(0, -1)) {
    const [period, ...fields] = row.split(',');
    const atMs = sinceMs + Number(period) * PROFILE_PERIOD_SECONDS * 1_000;
    for (const [at, column] of columns.entries()) {
      const field = fields[at] || before[at] || '-';
      before[at] = field;
      const value = numberOf(field);
      if (value !== undefined) points.get(column)?.push({ atMs, value });
    }
  }
  return points;
}

const namesOf = (list: string): readonly string[] => (list === '' ? [] : list.split(','));

function numberOf(text: string): number | undefined {
  const value = text === '' || text === '-' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
