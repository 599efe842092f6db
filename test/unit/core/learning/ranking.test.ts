import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pattern, patternKey } from '../../../../functions/core/learning/pattern.ts';
import { rankStrategies } from '../../../../functions/core/learning/rank-strategies.ts';
import { wilson } from '../../../../functions/core/statistics/wilson.ts';

const FAULT = { cause: 'leak', kind: 'host' } as const;

function patternWith(strategyId: string, successes: number, trials: number): Pattern {
  const successRate = wilson(successes, trials);
  return {
    ...{ ...FAULT, strategyId, outcomes: {}, samples: trials, firstUsedMs: 0, lastUsedMs: 0, history: [] },
    ...(successRate && { successRate }),
  };
}
const byKey = (...patterns: readonly Pattern[]) => new Map(patterns.map((each) => [patternKey(each), each]));

describe('ranking', () => {
  const [first, second, other] = [
    { id: 'first', interchangeable: 'repair' },
    { id: 'second', interchangeable: 'repair' },
    { id: 'other' },
  ];
  const order = (
    patterns: ReadonlyMap<string, Pattern>,
    strategies = [first, other, second],
    minSamples = 5,
  ) => rankStrategies(strategies, FAULT, patterns, { minSamples }).strategies.map(({ id }) => id);

  it('puts a strategy that is clearly better first, and leaves all others in their places', () => {
    expect(order(byKey(patternWith('first', 2, 10), patternWith('second', 9, 10)))).toEqual([
      'second',
      'other',
      'first',
    ]);
  });

  it('keeps the order of the file where the interval leaves a doubt, or there are too few samples', () => {
    const declared = ['first', 'other', 'second'];
    expect(order(byKey(patternWith('first', 6, 10), patternWith('second', 8, 10)))).toEqual(declared);
    expect(order(byKey(patternWith('first', 0, 4.9), patternWith('second', 10, 10)))).toEqual(declared);
    expect(order(byKey(patternWith('first', 0, 10), patternWith('second', 4.9, 4.9)))).toEqual(declared);
    expect(order(byKey(patternWith('second', 10, 10)))).toEqual(declared);
    expect(order(byKey(patternWith('first', 0, 10)))).toEqual(declared);
  });

  it('puts a better strategy first from the least number of samples on', () => {
    const patterns = byKey(patternWith('first', 0, 5), patternWith('second', 5, 5));
    expect(order(patterns)).toEqual(['second', 'other', 'first']);
  });

  it('keeps the order of the file where no strategy ever succeeded', () => {
    const patterns = byKey(patternWith('first', 0, 10), patternWith('second', 0, 10));
    expect(order(patterns)).toEqual(['first', 'other', 'second']);
  });

  it('orders any number of strategies, the best first', () => {
    const third = { id: 'third', interchangeable: 'repair' };
    const patterns = byKey(
      ...[patternWith('first', 0, 99), patternWith('second', 50, 99), patternWith('third', 99, 99)],
    );
    expect(order(patterns, [first, second, third])).toEqual(['third', 'second', 'first']);
  });

  it('moves nothing that the user did not call interchangeable, whatever was learned', () => {
    const strategies = [
      { id: 'first' },
      { id: 'second', interchangeable: 'one' },
      { id: 'third', interchangeable: 'two' },
      { id: 'fourth' },
    ];
    const patterns = byKey(
      patternWith('first', 0, 99),
      patternWith('second', 1, 99),
      patternWith('third', 99, 99),
      patternWith('fourth', 99, 99),
    );
    expect(rankStrategies(strategies, FAULT, patterns, { minSamples: 5 })).toEqual({
      strategies,
      preferences: [],
    });
  });

  it('says which strategy it prefers to which', () => {
    const [bad, good] = [patternWith('first', 2, 10), patternWith('second', 9, 10)];
    const { preferences } = rankStrategies([first, second], FAULT, byKey(bad, good), { minSamples: 5 });
    expect(preferences).toEqual([{ preferred: good, over: bad }]);
  });

  it('changes the order only, and only within a name; what comes first is never clearly worse than what follows', () => {
    const strategy = fc.record({
      interchangeable: fc.constantFrom('a', 'b', undefined),
      trials: fc.integer({ min: 0, max: 40 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(strategy, { maxLength: 8 }), (given) => {
        const strategies = given.map(({ interchangeable }, index) => ({ id: `s${index}`, interchangeable }));
        const patterns = byKey(
          ...given.map(({ trials, share }, index) =>
            patternWith(`s${index}`, Math.round(trials * share), trials),
          ),
        );
        const ranked = rankStrategies(strategies, FAULT, patterns, { minSamples: 5 }).strategies;
        expect(new Set(ranked)).toEqual(new Set(strategies));
        expect(ranked.map(({ interchangeable }) => interchangeable)).toEqual(
          strategies.map(({ interchangeable }) => interchangeable),
        );
        for (const [place, each] of strategies.entries())
          if (each.interchangeable === undefined) expect(ranked[place]).toBe(each);
        expect(rankStrategies(ranked, FAULT, patterns, { minSamples: 5 }).strategies).toEqual(ranked);
      }),
    );
  });
});
