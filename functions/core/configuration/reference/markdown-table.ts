/** Text as code. */
export const code = (text: string) => `\`${text}\``;

/** Text for a cell of a Markdown table. Pages have straight quotation marks, so that a search finds what people type. */
const cell = (text: string) =>
  text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('’', "'").replaceAll(/[“”]/g, '"');

/** A table with its columns aligned, as the formatter of the repository wants it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(cell))];
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [title = [], ...body] = cells;
  return [line(title), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
