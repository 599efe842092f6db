import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bannedPhrasesIn } from './banned-phrases.ts';
import { proseOf, readPages, TOP_LEVEL } from './pages.ts';

/** Those that have to quote what they ban. */
const QUOTING = new Set(['test/unit/docs/banned-phrases.ts', 'test/unit/docs/english.test.ts']);

describe('the English of code: comments, messages and the names of tests', () => {
  const files = globSync('{cli,functions,infra,local,test}/**/*.{ts,js,sh,yaml,py}', { cwd: TOP_LEVEL });

  it('has no banned phrase', () => {
    const found = files
      .filter((path) => !QUOTING.has(path))
      .flatMap((path) =>
        bannedPhrasesIn(readFileSync(`${TOP_LEVEL}${path}`, 'utf8')).map((each) => `${path}, ${each}`),
      );
    expect(files.length).toBeGreaterThan(800);
    expect(found).toEqual([]);
  });
});

/** Columns. A difference is read without scrolling; tables, code and pictures cannot be broken. */
const LONGEST_LINE = 150;

describe('the English of the documentation', () => {
  it.each(readPages())('has no banned phrase in $path', (page) => {
    expect(bannedPhrasesIn(proseOf(page))).toEqual([]);
  });

  it.each(readPages())('has straight apostrophes and quotation marks in $path', (page) => {
    const lines = proseOf(page).split('\n');
    expect(lines.flatMap((line, index) => (/[‘’“”]/.test(line) ? [index + 1] : []))).toEqual([]);
  });

  it.each(readPages())('breaks the lines of paragraphs in $path', (page) => {
    const lines = proseOf(page).split('\n');
    const isLong = (line: string) => line.length > LONGEST_LINE && !/^\s*(?:\||!\[)/.test(line);
    expect(lines.flatMap((line, index) => (isLong(line) ? [index + 1] : []))).toEqual([]);
  });

  it.each([
    ['The architect is told once.', '“is told”: write “is notified”, or name what it says'],
    ['Whoever holds it ends it.', '“Whoever”: name the holder, the sender or the caller'],
    ['It waits for so long.', '“for so long”: write “for this long”, or give the figure'],
  ])('finds one in “%s”', (text, finding) => {
    expect(bannedPhrasesIn(text)).toEqual([`line 1: ${finding}`]);
  });

  it('accepts words that merely contain one', () => {
    expect(bannedPhrasesIn('The interest rests on thresholds that unwellness lacks.')).toEqual([]);
  });
});
