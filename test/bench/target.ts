/** What was promised, beside what was measured. */
export interface Target {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly met: boolean;
}

const figure = (value: number) =>
  String(Number.isInteger(value) || value >= 100 ? Math.round(value) : Number(value.toFixed(3)));

export const atMost = (what: string, value: number, limit: number, unit = ''): Target => ({
  what,
  limit: `≤ ${limit}${unit}`,
  measured: `${figure(value)}${unit}`,
  met: value <= limit,
});

export const atLeast = (what: string, value: number, limit: number): Target => ({
  what,
  limit: `≥ ${limit}`,
  measured: figure(value),
  met: value >= limit,
});

export const exactly = (what: string, value: number, wanted: number): Target => ({
  what,
  limit: `= ${wanted}`,
  measured: String(value),
  met: value === wanted,
});
