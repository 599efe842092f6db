import { describe, expect, it } from 'vitest';
import { bannedPhrasesIn } from './banned-phrases.ts';
import { proseOf, readPages } from './pages.ts';

describe('the English of the documentation', () => {
  it.each(readPages())('has no banned phrase in $path', (page) => {
    expect(bannedPhrasesIn(proseOf(page))).toEqual([]);
  });

  it.each([
    ['The architect is told once.', '“is told”: write “is notified”, or name what it says'],
    ['Whoever holds it ends it.', '“Whoever”: name the holder, the sender or the caller'],
    ['It waits for so long.', '“for so long”: write “for this long”, or give the figure'],
  ])('finds one in “%s”', (text, finding) => {
    expect(bannedPhrasesIn(text)).toEqual([`line 1: ${finding}`]);
  });

  it('takes words that merely contain one', () => {
    expect(bannedPhrasesIn('The interest rests on thresholds that unwellness lacks.')).toEqual([]);
  });
});
