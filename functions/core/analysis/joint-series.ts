import type { Anomaly } from '../configuration/schema/anomaly-schema.ts';
import { fingerprintOf } from './fingerprint.ts';
import { judgedAs, lasting } from './judged-as.ts';
import type { ReadWindow, SeriesRead } from './read-window.ts';
import { isInCloudWatch, type JointPart, type WatchedSeries } from './watched-series.ts';

/**
 * The series that watches others of its component together. If some of them are watched on each instance, there is one
 * for each instance.
 *
 * @param watched the other series under the component's `anomalies`, by the entry that they are of
 */
export function jointSeries(
  component: string,
  key: string,
  anomaly: Anomaly & { readonly of: readonly string[] },
  watched: ReadonlyMap<string, readonly WatchedSeries[]>,
): readonly WatchedSeries[] {
  const { metric = key } = anomaly;
  const together = anomaly.of.map((entry) => watched.get(entry) ?? []);
  const targets = new Set(together.flat().flatMap(({ target }) => target ?? []));
  return [...(targets.size === 0 ? [undefined] : targets)].map((target): WatchedSeries => {
    const parts = together.flatMap((each) =>
      each.filter((one) => one.target === undefined || one.target === target).flatMap(partOf),
    );
    const entry: Anomaly = {
      ...anomaly,
      direction: 'both',
      options: { ...anomaly.options, dimensions: parts.length },
    };
    const source = { kind: 'joint', parts } as const;
    return {
      component,
      name: target === undefined ? key : `${key}/${target}`,
      metric,
      ...(target !== undefined && { target }),
      ...judgedAs(metric, entry),
      source,
      fingerprint: fingerprintOf({ source, ...lasting(metric, entry) }),
    };
  });
}

function partOf({ name, source, unit }: WatchedSeries): readonly JointPart[] {
  return isInCloudWatch(source) ? [{ series: name, source, ...(unit !== undefined && { unit }) }] : [];
}

/** The rows of which all values are known; `undefined` if one of the series could not be read. */
export function jointRead(
  reads: readonly (SeriesRead | undefined)[],
  { startMs, endMs }: ReadWindow,
): SeriesRead | undefined {
  const known = reads.filter((read) => read !== undefined);
  const [first, ...others] = known;
  if (!first || known.length < reads.length) return undefined;
  const valuesAt = others.map(({ points }) => new Map(points.map(({ atMs, value }) => [atMs, value])));
  const points = first.points
    .filter(({ atMs }) => atMs >= startMs && atMs < endMs)
    .flatMap(({ atMs, value }) => {
      const values = [value, ...valuesAt.map((at) => at.get(atMs) ?? Number.NaN)];
      return values.every(Number.isFinite) ? [{ atMs, value, values }] : [];
    });
  return { points, completeUntilMs: Math.min(...known.map(({ completeUntilMs }) => completeUntilMs)) };
}
