import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Output } from '../output.ts';

const GAP = 2;
const NARROWEST = 20;

/** Without lines, so that columns can be cut out by other programs. */
const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);

/** Columns with a heading each. On a terminal the last column is wrapped to what is left of its width. */
export function columns(
  { paint, width }: Pick<Output, 'paint' | 'width'>,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [headings, ...rows];
  const widths = headings.map(
    (_, index) => GAP + Math.max(...all.map((row) => stripVTControlCharacters(row[index] ?? '').length)),
  );
  const others = widths.slice(0, -1).reduce((sum, each) => sum + each, 0);
  const last = widths.at(-1) ?? 0;
  const left = width === undefined ? last : Math.max(NARROWEST, width - others);
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    colWidths: [...widths.slice(0, -1), Math.min(last, left)],
    wordWrap: true,
  });
  table.push(
    headings.map((heading) => paint('bold', heading)),
    ...rows.map((row) => [...row]),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
