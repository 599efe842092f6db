import type { Fault } from '../../functions/core/report/faults.ts';
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

/** One line for each fault, newest first, under their number by day. */
export function historyLines(
  output: Output,
  faults: readonly Fault[],
  report: Pick<Report, 'sinceMs' | 'untilMs' | 'days' | 'isCut' | 'operations'>,
): readonly string[] {
  const head = `${count(faults.length, 'fault')} since ${moment(report.sinceMs)}`;
  if (faults.length === 0) return [`${head}.`];
  return [
    head,
    ...coverage(report),
    '',
    ...chartLines(output, report.days),
    '',
    ...columns(
      output,
      ['BEGAN', 'COMPONENT', 'CAUSE', 'SEVERITY', 'TRIED', 'ATTEMPTS', 'TOOK', 'END', 'LAST OPERATION'],
      faults
        .toReversed()
        .map((fault) => [
          moment(fault.beganAtMs),
          fault.component,
          fault.cause,
          fault.severity,
          fault.strategyIds.join(', '),
          String(fault.operationIds.length),
          tookText(fault, report.untilMs),
          output.paint(STYLES[fault.end], END_WORDS[fault.end]),
          fault.operationIds.at(-1) ?? '–',
        ]),
    ),
  ];
}

function tookText({ beganAtMs, endedAtMs, lastSeenAtMs, end }: Fault, nowMs: number): string {
  if (endedAtMs !== undefined) return span(Math.max(0, endedAtMs - beganAtMs));
  const seen = Math.max(0, (end === 'OPEN' ? nowMs : lastSeenAtMs) - beganAtMs);
  return `${end === 'OPEN' ? '' : 'at least '}${span(seen)}`;
}
