import type { Report } from '../../../functions/core/report/report.ts';
import type { Output } from '../../output.ts';
import { columns } from '../table.ts';
import { moment } from '../words.ts';
import { chartLines } from './chart.ts';
import { coverage, reportSections } from './sections.ts';

export const REPORT_FORMATS = ['text', 'markdown', 'json', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A report in the format that was asked for. */
export function reportLines(output: Output, report: Report, format: ReportFormat): readonly string[] {
  if (format === 'json') return [JSON.stringify(report, null, 2)];
  if (format === 'csv') return csvLines(report);
  return format === 'markdown' ? markdownLines(output, report) : textLines(output, report);
}

function textLines(output: Output, report: Report): readonly string[] {
  const chart = chartLines(output, report.days);
  return [
    `From ${moment(report.sinceMs)} to ${moment(report.untilMs)}`,
    ...coverage(report),
    ...(chart.length === 0 ? [] : ['', output.paint('bold', 'Faults by day'), ...chart]),
    ...reportSections(report).flatMap(({ title, headings, rows, note }) => [
      ...['', output.paint('bold', title), ...(note ? [note] : [])],
      ...columns(output, headings, rows),
    ]),
  ];
}

function markdownLines(output: Output, report: Report): readonly string[] {
  const plain = { ...output, paint: (_: unknown, text: string) => text, width: undefined };
  const chart = chartLines(plain, report.days);
  return [
    '# Self-healing report',
    '',
    `From ${moment(report.sinceMs)} to ${moment(report.untilMs)}.`,
    ...coverage(report),
    ...(chart.length === 0 ? [] : ['', '## Faults by day', '', '```text', ...chart, '```']),
    ...reportSections(report).flatMap(({ title, headings, rows, note }) => [
      ...['', `## ${title}`, '', ...(note ? [note, ''] : [])],
      markdownRow(headings.map((heading) => heading.charAt(0) + heading.slice(1).toLowerCase())),
      markdownRow(headings.map(() => '---')),
      ...rows.map(markdownRow),
    ]),
  ];
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll(/[\\|]/g, '\\$&').replaceAll(/[\r\n]+/g, ' ')).join(' | ')} |`;
}

/** One figure a line: where it is in the report, and its value. As RFC 4180 has it, but for the line ends. */
function csvLines(report: Report): readonly string[] {
  const figures = (value: unknown, path: readonly string[]): readonly string[] => {
    if (typeof value !== 'object' || value === null)
      return [[path.join('.'), String(value)].map(csvCell).join(',')];
    return Object.entries(value).flatMap(([key, part]) => figures(part, [...path, pathPart(key, part)]));
  };
  return ['figure,value', ...figures(report, [])];
}

/** An entry of a list goes by its name rather than by its place. */
function pathPart(key: string, part: unknown): string {
  if (typeof part !== 'object' || part === null || !/^\d+$/.test(key)) return key;
  const { name, action, purpose, component, reason, day } = part as Readonly<Record<string, unknown>>;
  const named =
    name ?? (action === undefined ? undefined : `${action} (${purpose})`) ?? component ?? reason ?? day;
  return named === undefined ? key : `[${named}]`;
}

/** Quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe before it. */
function csvCell(text: string): string {
  const inert = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
