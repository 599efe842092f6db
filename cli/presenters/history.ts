import type { Incident } from '../../functions/core/report/incidents.ts';
import type { Report } from '../../functions/core/report/report.ts';
import type { Output } from '../output.ts';
import { chartLines } from './report/chart.ts';
import { coverage, END_WORDS } from './report/sections.ts';
import { columns } from './table.ts';
import { count, moment, span } from './words.ts';

const STYLES = {
  HEALED: 'green',
  RECOVERED_ALONE: 'cyan',
  CONTAINED: 'yellow',
  OPEN: 'red',
  ENDED_UNKNOWN: 'yellow',
} as const;

/** One line for each incident, newest first, under their number by day. */
export function historyLines(
  output: Output,
  incidents: readonly Incident[],
  report: Pick<Report, 'sinceMs' | 'untilMs' | 'days' | 'isCut' | 'operations'>,
): readonly string[] {
  const head = `${count(incidents.length, 'incident')} since ${moment(report.sinceMs)}`;
  if (incidents.length === 0) return [`${head}.`];
  return [
    head,
    ...coverage(report),
    '',
    ...chartLines(output, report.days),
    '',
    ...columns(
      output,
      ['BEGAN', 'COMPONENT', 'CAUSE', 'SEVERITY', 'TRIED', 'ATTEMPTS', 'TOOK', 'END', 'LAST OPERATION'],
      incidents
        .toReversed()
        .map((incident) => [
          moment(incident.beganAtMs),
          incident.component,
          incident.cause,
          incident.severity,
          incident.strategyIds.join(', '),
          String(incident.operationIds.length),
          tookText(incident, report.untilMs),
          output.paint(STYLES[incident.end], END_WORDS[incident.end]),
          incident.operationIds.at(-1) ?? '–',
        ]),
    ),
  ];
}

function tookText({ beganAtMs, endedAtMs, lastSeenAtMs, end }: Incident, nowMs: number): string {
  if (endedAtMs !== undefined) return span(Math.max(0, endedAtMs - beganAtMs));
  const seen = Math.max(0, (end === 'OPEN' ? nowMs : lastSeenAtMs) - beganAtMs);
  return `${end === 'OPEN' ? '' : 'at least '}${span(seen)}`;
}
