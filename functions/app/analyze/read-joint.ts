import { jointRead } from '../../core/analysis/joint-series.ts';
import type { SeriesPlan } from '../../core/analysis/judge-series.ts';
import type { ReadWindow, SeriesRead } from '../../core/analysis/read-window.ts';
import { type CloudWatchSource, isGathered, isInCloudWatch } from '../../core/analysis/watched-series.ts';
import type { SeriesQuery } from '../../ports/metric-data.ts';

/** What is to be asked for a run's series, and how the answers become their values. */
export interface SeriesQueries {
  readonly queries: readonly SeriesQuery[];
  /** In which answers the values of a series are: several for series that are watched together. */
  readonly answersOf: ReadonlyMap<SeriesPlan, readonly number[]>;
}

/**
 * Series that are watched together have the values that are read for each of them, and cost nothing more: only if one of
 * them is further than they are together, as after a data point that came late, it is read once more. Those of which
 * CloudWatch does not have all are not asked for: see `withGathered`.
 */
export function queriesOf(plans: readonly SeriesPlan[]): SeriesQueries {
  const queries: SeriesQuery[] = [];
  const answersOf = new Map<SeriesPlan, readonly number[]>();
  const ask = (query: SeriesQuery) => queries.push(query) - 1;
  const own = new Map<string, { readonly window: ReadWindow; readonly answer: number }>();
  for (const plan of plans) {
    const { window, watched } = plan;
    const { component, name, source, series } = watched;
    if (!window || !isInCloudWatch(source)) continue;
    const answer = ask({ source, periodSeconds: series.periodSeconds, window });
    answersOf.set(plan, [answer]);
    own.set(`${component}\n${name}`, { window, answer });
  }
  for (const plan of plans) {
    const { window, watched } = plan;
    const { component, source, series } = watched;
    if (!window || source.kind !== 'joint' || isGathered(source)) continue;
    const { periodSeconds } = series;
    const answerFor = (name: string, wanted: CloudWatchSource) => {
      const read = own.get(`${component}\n${name}`);
      return read && covers(read.window, window)
        ? read.answer
        : ask({ source: wanted, periodSeconds, window });
    };
    answersOf.set(
      plan,
      source.parts.flatMap((part) =>
        isInCloudWatch(part.source) ? [answerFor(part.series, part.source)] : [],
      ),
    );
  }
  return { queries, answersOf };
}

/** What was read of a series; `undefined` if nothing is known of it, or of a series that it is watched with. */
export function readOf(
  { watched, window }: SeriesPlan,
  answers: readonly number[],
  reads: readonly (SeriesRead | undefined)[],
): SeriesRead | undefined {
  const own = answers.map((answer) => reads[answer]);
  return watched.source.kind === 'joint' && window ? jointRead(own, window) : own[0];
}

function covers(read: ReadWindow, wanted: ReadWindow): boolean {
  return read.startMs <= wanted.startMs && read.endMs >= wanted.endMs;
}
