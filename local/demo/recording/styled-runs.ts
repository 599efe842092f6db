import type { Colour } from '../report/paint.ts';

/** Text between two gaps or changes of style. */
export interface StyledRun {
  /** Counts from 0. */
  readonly column: number;
  readonly text: string;
  /** `undefined`: as the terminal has it. */
  readonly colour?: Colour;
}

/** The codes that `styleText` writes for colours; all others end a colour. */
const COLOURS: Readonly<Record<string, Colour>> = {
  '1': 'bold',
  '2': 'dim',
  '31': 'red',
  '32': 'green',
  '33': 'yellow',
  '34': 'blue',
  '35': 'magenta',
  '36': 'cyan',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPE = /\x1b\[(\d+)m/;
/** Runs of a line are placed by their columns, so that fonts cannot shift them. */
const GAP = /( {2,})/;

/** A line of a terminal in runs, each with the column where it begins. */
export function styledRuns(line: string): readonly StyledRun[] {
  const runs: StyledRun[] = [];
  let [column, colour]: [number, Colour | undefined] = [0, undefined];
  for (const [index, part] of line.split(ESCAPE).entries()) {
    if (index % 2 === 1) {
      colour = COLOURS[part];
      continue;
    }
    for (const piece of part.split(GAP)) {
      const text = piece.trim();
      const begin = column + piece.length - piece.trimStart().length;
      if (text !== '') runs.push({ column: begin, text, ...(colour && { colour }) });
      column += piece.length;
    }
  }
  return runs;
}
