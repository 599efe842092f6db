import { describe, expect, it } from 'vitest';
import { probationRowsOf, scoreCorpus, scoreFile } from '../../../bench/detection/nab-scorer.ts';

const profile = { tpWeight: 1, fnWeight: 1, fpWeight: 0.11 };
const file = { rows: 1_000, probationRows: 150, windows: [[300, 399]] as const };
const best = 2 / (1 + Math.exp(-5)) - 1;

describe('the scorer of NAB', () => {
  it.each([
    [1_000, 150],
    [4_032, 604],
    [22_695, 750],
  ])('gives %i rows a probation of %i', (rows, probation) => {
    expect(probationRowsOf(rows)).toBe(probation);
  });

  it('counts a window without alarm as missed', () => {
    expect(scoreFile(file, [], profile)).toEqual({
      score: -1,
      windowsHit: 0,
      windowsMissed: 1,
      falseRows: 0,
    });
  });

  it('gives the whole weight to an alarm in the first row of a window, and counts a window once', () => {
    expect(scoreFile(file, [300, 310, 399], profile).score).toBeCloseTo(1, 10);
  });

  it('gives less the later a window is hit', () => {
    expect(scoreFile(file, [350], profile).score).toBeCloseTo((2 / (1 + Math.exp(-2.5)) - 1) / best, 10);
  });

  it('deducts the whole weight for a false row before any window, and hardly any just behind one', () => {
    expect(scoreFile(file, [200, 300], profile).score).toBeCloseTo(1 - 0.11, 10);
    expect(scoreFile(file, [300, 400], profile).score).toBeCloseTo(
      1 + 0.11 * (2 / (1 + Math.exp(5 / 99)) - 1),
      10,
    );
    expect(scoreFile(file, [300, 800], profile)).toMatchObject({ falseRows: 1 });
    expect(scoreFile(file, [300, 800], profile).score).toBeCloseTo(1 - 0.11, 10);
  });

  it('counts no alarm of the probation', () => {
    expect(scoreFile(file, [0, 149], profile)).toMatchObject({ score: -1, falseRows: 0 });
  });

  it('gives 0 to silence and 100 to perfection', () => {
    const silent = scoreFile(file, [], profile);
    expect(scoreCorpus([silent, silent], profile).normalised).toBe(0);
    expect(scoreCorpus([scoreFile(file, [300], profile)], profile).normalised).toBeCloseTo(100, 10);
  });
});
