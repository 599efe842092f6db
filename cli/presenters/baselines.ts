import type { SeriesStanding } from '../../functions/app/queries/baselines.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { coloured, span } from './words.ts';

const HEADINGS = ['COMPONENT', 'SERIES', 'DETECTOR', 'SAMPLES', 'AGE', 'EXPECTED', 'LAST', 'SCORE', 'STATE'];

/** One line for each series. */
export function baselineLines(
  output: Output,
  standings: readonly SeriesStanding[],
  nowMs: number,
): readonly string[] {
  if (standings.length === 0) return ['No component of this configuration has anomalies.'];
  return columns(
    output,
    HEADINGS,
    standings.map(({ component, series, detector, samples, last, learnedSinceMs, unit, ...standing }) => [
      component,
      series,
      detector,
      String(samples),
      learnedSinceMs === undefined ? '-' : span(nowMs - learnedSinceMs),
      figure(last?.expected, unit),
      figure(last?.value, unit),
      figure(last?.score),
      stateOf(output, { samples, ...standing }, nowMs),
    ]),
  );
}

type StateOf = Pick<SeriesStanding, 'samples' | 'open' | 'learnsUntilMs' | 'mayHealFromMs'>;

function stateOf(
  output: Output,
  { samples, open, learnsUntilMs = 0, mayHealFromMs = 0 }: StateOf,
  nowMs: number,
): string {
  if (samples === 0) return 'not read yet';
  if (learnsUntilMs > nowMs) return `learns for ${span(learnsUntilMs - nowMs)}`;
  const state = open ? coloured(output, open.tier) : 'as expected';
  return mayHealFromMs > nowMs ? `${state}, only notifies for ${span(mayHealFromMs - nowMs)}` : state;
}

function figure(value: number | undefined, unit?: string): string {
  if (value === undefined) return '-';
  return `${Number(value.toPrecision(4))}${unit === undefined ? '' : ` ${unit}`}`;
}
