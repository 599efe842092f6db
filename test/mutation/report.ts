import type { FolderScore, MutantOutcome } from './score.ts';

const HEADINGS = ['folder', 'tried', 'killed', 'timeout', 'survived', 'no coverage', 'score'] as const;

/** What the tests did not notice, then one line a folder, the worst first. */
export function report(tried: readonly MutantOutcome[], scores: readonly FolderScore[]): string {
  const unnoticed = tried
    .filter(isUnnoticed)
    .toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
  return [...unnoticed.map(describe), tableOf(scores)].join('\n\n');
}

export function isUnnoticed({ status }: Pick<MutantOutcome, 'status'>): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

/** One mutant as a difference. */
export function describe({
  path,
  line,
  mutator,
  status,
  context,
  original,
  replacement,
}: MutantOutcome): string {
  const head = `${path}:${line} ${mutator}${status === 'NoCoverage' ? ', which no test reaches' : ''}`;
  const where = original.trim() === context ? [] : [`    in ${context}`];
  return [head, ...where, ...marked('-', original), ...marked('+', replacement)].join('\n');
}

function marked(sign: string, text: string): string[] {
  return text.split('\n').map((line) => `  ${sign} ${line}`);
}

function tableOf(scores: readonly FolderScore[]): string {
  const rows = scores.map(({ folder, tried, killed, timedOut, survived, notCovered, percent }) => [
    folder,
    ...[tried, killed, timedOut, survived, notCovered].map(String),
    `${percent.toFixed(1)} %`,
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [HEADINGS, ...rows]
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
