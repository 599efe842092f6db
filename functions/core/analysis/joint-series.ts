import type { Anomaly } from '../configuration/schema/anomaly-schema.ts';
import { fingerprintOf } from './fingerprint.ts';
import { judgedAs, lasting } from './judged-as.ts';
import { profileEntry } from './profile-series.ts';
import type { ReadWindow, SeriesRead } from './read-window.ts';
import {
  isGathered,
  type Joinable,
  type JointPart,
  type SeriesSource,
  type WatchedSeries,
} from './watched-series.ts';

/**
 * The series that watches others of its component together. If some of them are watched on each instance, there is one
 * for each instance.
 *
 * @param joinable what the component has, by the entry that it is of
 */
export function jointSeries(
  component: string,
  key: string,
  anomaly: Anomaly & { readonly of: readonly string[] },
  joinable: ReadonlyMap<string, readonly Joinable[]>,
): readonly WatchedSeries[] {
  const { metric = key } = anomaly;
  const together = anomaly.of.map((entry) => joinable.get(entry) ?? []);
  const targets = new Set(together.flat().flatMap(({ target }) => target ?? []));
  return [...(targets.size === 0 ? [undefined] : targets)].map((target): WatchedSeries => {
    const own = together.flatMap((each) =>
      each.filter((one) => one.target === undefined || one.target === target).slice(0, 1),
    );
    const parts = own.map(partOf);
    const entry: Anomaly = {
      ...anomaly,
      direction: 'both',
      options: { ...anomaly.options, dimensions: parts.length },
    };
    const source = { kind: 'joint', parts } as const;
    const counters = own.flatMap(({ series }, place) => (series.counter ? [place] : []));
    const leastDeviations = own.map(({ leastDeviation = 0 }) => leastDeviation);
    const judged = judgedAs(metric, entry);
    return {
      component,
      name: target === undefined ? key : `${key}/${target}`,
      metric,
      ...(target !== undefined && { target }),
      ...judged,
      series: {
        ...judged.series,
        options: { ...judged.series.options, leastDeviations },
        ...(counters.length > 0 && { counters }),
      },
      source,
      // Each of the parts has waited for its own data points.
      ...(isGathered(source) && { waits: { settleSeconds: 0, latenessSeconds: 0 } }),
      fingerprint: fingerprintOf({
        source: originOf(source, own),
        ...lasting(metric, entry),
        ...(counters.length > 0 && { counters }),
      }),
    };
  });
}

type JointSource = Extract<SeriesSource, { readonly kind: 'joint' }>;

/** The name of a joint series' part, as `of` has it. */
export function entryOf({ name, source }: Joinable): string {
  return source.kind === 'profile' ? profileEntry(source.column) : name;
}

function partOf({ name, source, unit, readWith }: Joinable): JointPart {
  if (source.kind === 'joint') throw new Error(`${name} is itself of several series`);
  return {
    series: name,
    source,
    ...(unit !== undefined && { unit }),
    ...(readWith !== undefined && { readWith }),
  };
}

/**
 * What is measured. A part that starts over has other values from then on. Units belong to it where they do in version 0.2.0,
 * which reads no part with another series, so that its baselines go on.
 */
function originOf(source: JointSource, parts: readonly Joinable[]): object {
  if (isGathered(source))
    return { kind: source.kind, parts: parts.map(({ name, fingerprint }) => ({ name, fingerprint })) };
  const isReadWithOthers = source.parts.some(({ readWith }) => readWith !== undefined);
  return {
    kind: source.kind,
    parts: isReadWithOthers ? source.parts.map(({ unit: _, ...part }) => part) : source.parts,
  };
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
