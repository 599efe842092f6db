import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { styledRuns } from '../../../../../local/demo/recording/styled-runs.ts';
import type { Colour } from '../../../../../local/demo/report/paint.ts';

const painted = (colour: Colour, text: string) => styleText(colour, text, { validateStream: false });
const COLOURS = ['green', 'red', 'yellow', 'cyan', 'magenta', 'blue', 'dim', 'bold'] as const;

describe('the runs of a recorded line', () => {
  it.each(COLOURS)('have the colour that Node wrote: %s', (colour) => {
    expect(styledRuns(`a ${painted(colour, 'word')} b`)).toEqual([
      { column: 0, text: 'a' },
      { column: 2, text: 'word', colour },
      { column: 7, text: 'b' },
    ]);
  });

  it('begin in the column where the terminal shows them, whatever the colours before', () => {
    const line = `  ${painted('dim', '0:01')} ${painted('red', 'docs     ')} ${painted('green', '  ✓ start')}    2.0 s`;
    expect(styledRuns(line)).toEqual([
      { column: 2, text: '0:01', colour: 'dim' },
      { column: 7, text: 'docs', colour: 'red' },
      { column: 19, text: '✓ start', colour: 'green' },
      { column: 30, text: '2.0 s' },
    ]);
  });

  it('do not exist for an empty line', () => {
    expect(styledRuns('')).toEqual([]);
    expect(styledRuns('   ')).toEqual([]);
  });
});
