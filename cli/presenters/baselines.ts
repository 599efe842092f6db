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

function stateOf(
  output: Output,
  { samples, open, mayHealFromMs = 0 }: Pick<SeriesStanding, 'samples' | 'open' | 'mayHealFromMs'>,
  nowMs: number,
): string {
  if (samples === 0) return 'not read yet';
  const state = open ? coloured(output, open.tier) : 'as expected';
  return mayHealFromMs > nowMs ? `${state}, only notifies for ${span(mayHealFromMs - nowMs)}` : state;
}

function figure(value: number | undefined, unit?: string): string {
  if (value === undefined) return '-';
  return `${Number(value.toPrecision(4))}${unit === undefined ? '' : ` ${unit}`}`;
}
