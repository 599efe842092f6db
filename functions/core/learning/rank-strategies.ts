import type { TargetKind } from '../target/target.ts';
import { type Pattern, patternKey } from './pattern.ts';
import type { LearningSettings } from './settings.ts';

/** The part of a strategy that ranking looks at. */
interface Rankable {
  readonly id: string;
  readonly interchangeable?: string | undefined;
}

/** The fault that strategies are ranked for. */
export interface RankedFault {
  readonly cause: string;
  readonly kind: TargetKind;
}

/** A strategy that would better be tried before another one, and why. */
export interface Preference {
  readonly preferred: Pattern;
  readonly over: Pattern;
}

export interface Ranking<Strategy> {
  /** The same strategies; each place is kept by a strategy of the same `interchangeable` name. */
  readonly strategies: readonly Strategy[];
  /** What differs from the order in the file. */
  readonly preferences: readonly Preference[];
}

/**
 * Puts strategies that the user calls interchangeable in the order of their success against this cause. A strategy comes
 * before another one of the file only if it is clearly better: both have enough samples, and the lower end of its interval
 * is above the other one's rate. Strategies that share no `interchangeable` name stay where they are.
 */
export function rankStrategies<Strategy extends Rankable>(
  strategies: readonly Strategy[],
  { cause, kind }: RankedFault,
  patterns: ReadonlyMap<string, Pattern>,
  { minSamples }: Pick<LearningSettings, 'minSamples'>,
): Ranking<Strategy> {
  const patternOf = ({ id }: Strategy) => patterns.get(patternKey({ cause, kind, strategyId: id }));
  const preferenceOf = (one: Strategy, other: Strategy): Preference | undefined => {
    const [preferred, over] = [patternOf(one), patternOf(other)];
    if (!preferred?.successRate || !over?.successRate) return undefined;
    if (Math.min(preferred.samples, over.samples) < minSamples) return undefined;
    return preferred.successRate.low > over.successRate.value ? { preferred, over } : undefined;
  };
  const ranked = [...strategies];
  const groups = Map.groupBy(strategies.entries(), ([, { interchangeable }]) => interchangeable);
  const preferences: Preference[] = [];
  for (const [name, members] of groups) {
    if (name === undefined) continue;
    const places = members.map(([place]) => place);
    const own = members.map(([, strategy]) => strategy);
    // Being clearly better means having a higher rate, so that this ends.
    for (let moved = true; moved; ) {
      moved = false;
      for (const place of own.keys()) {
        const [before, after] = [own[place - 1], own[place]];
        if (!before || !after) continue;
        const preference = preferenceOf(after, before);
        if (!preference) continue;
        own[place - 1] = after;
        own[place] = before;
        preferences.push(preference);
        moved = true;
      }
    }
    for (const [index, place] of places.entries()) {
      const strategy = own[index];
      if (strategy) ranked[place] = strategy;
    }
  }
  return { strategies: ranked, preferences };
}
