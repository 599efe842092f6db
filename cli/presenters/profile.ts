import type { HostProfile } from '../../functions/app/queries/profile.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { coloured, span } from './words.ts';

const HEADINGS = ['MEASURED', 'VALUE', 'EXPECTED', 'SCORE', 'STATE'];

/** A table for each host. */
export function profileLines(
  output: Output,
  hosts: readonly HostProfile[],
  nowMs: number,
): readonly string[] {
  if (hosts.length === 0) return ['No host has been read yet: profiles are read every 5 minutes.'];
  return hosts.flatMap(({ instanceId, measuredAtMs, missing, measured }, index) => [
    ...(index === 0 ? [] : ['']),
    measuredAtMs === undefined
      ? `${instanceId}: nothing was read yet`
      : `${instanceId}, ${span(Math.max(0, nowMs - measuredAtMs))} ago`,
    ...(missing === undefined ? [] : [`missing: ${missing}`]),
    ...(measured.length === 0
      ? []
      : columns(
          output,
          HEADINGS,
          measured.flatMap((each) => rowsOf(output, each)),
        )),
  ]);
}

function rowsOf(
  output: Output,
  { column, value, watched }: HostProfile['measured'][number],
): readonly (readonly string[])[] {
  if (watched.length === 0) return [[column, figure(value), '', '', '']];
  return watched.map(({ last, open, samples, detector }) => [
    watched.length === 1 ? column : `${column} (${detector})`,
    figure(value),
    figure(last?.expected),
    figure(last?.score),
    open ? coloured(output, open.tier) : samples === 0 ? 'not judged yet' : 'as expected',
  ]);
}

function figure(value: number | undefined): string {
  return value === undefined ? '-' : String(Number(value.toPrecision(4)));
}
