import type { ReadWindow, SeriesRead } from './read-window.ts';

/** Values that someone puts in the place of measured ones, to see what they lead to. */
export interface Injection {
  /** As strategies name it; all series of the component that have it are meant. */
  readonly metric: string;
  readonly value: number;
  /** How many data points of each series are still to be replaced. */
  readonly points: number;
}

/**
 * What was read of a series, with the injected value in its next data points; of series that are watched together, in the
 * first of them.
 */
export function withInjection(
  read: SeriesRead,
  { startMs, endMs }: ReadWindow,
  injection: Injection | undefined,
): SeriesRead {
  if (!injection) return read;
  let left = injection.points;
  const points = read.points.map((point) => {
    if (point.atMs < startMs || point.atMs >= endMs || left === 0) return point;
    left -= 1;
    const values = point.values?.with(0, injection.value);
    return { ...point, value: injection.value, ...(values && { values }) };
  });
  return { ...read, points };
}

/** What is left of injections after this many data points of each metric were counted. */
export function leftOf(
  injections: readonly Injection[],
  counted: ReadonlyMap<string, number>,
): readonly Injection[] {
  return injections
    .map((each) => ({ ...each, points: each.points - (counted.get(each.metric) ?? 0) }))
    .filter(({ points }) => points > 0);
}
