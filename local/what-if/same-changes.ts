import { compare } from './compare.ts';
import type { RecordedTransition } from './recorded-transition.ts';

type Changes = readonly RecordedTransition[];

/**
 * The changes of one alarm within one millisecond, each once: a change that several pages have happened once, and one
 * that a page has twice happened twice, as far as the alarm could return in between. The order of the input makes no
 * difference.
 */
export function eachOnce(pages: readonly Changes[]): Changes {
  const states = new Set(pages.flat().map(statesOf));
  const merged = [...states].map((same) =>
    acrossPages(pages.map((page) => page.filter((change) => statesOf(change) === same))),
  );
  return merged.flatMap((same) => same.slice(0, mostPossible(same[0], merged.flat())));
}

const statesOf = ({ from, to }: RecordedTransition) => `${from} ${to}`;

/** Between two changes from one state, another returns to it. Without that, a page has copies. */
function mostPossible(change: RecordedTransition | undefined, all: Changes): number {
  return 1 + all.filter(({ from, to }) => to === change?.from && from !== to).length;
}

/** @param pages changes between the same two states. Some tools drop the microseconds, so those without may be copies. */
function acrossPages(pages: readonly Changes[]): Changes {
  const byMicros = [...Map.groupBy(pages.flat(), ({ micros }) => micros).keys()]
    .toSorted((a, b) => a - b)
    .map((time) => mergedCopies(pages.map((page) => page.filter(({ micros }) => micros === time))));
  const exact = byMicros.flat().filter(({ micros }) => micros > 0);
  const rounded = byMicros.flat().filter(({ micros }) => micros === 0);
  return [
    ...exact.map((change, index) => withLongestReason(change, rounded.slice(index, index + 1))),
    ...rounded.slice(exact.length),
  ];
}

/** As many as the page with the most has. @param pages changes that differ in nothing but the reason */
function mergedCopies(pages: readonly Changes[]): Changes {
  const sorted = pages.map((page) => page.toSorted(byReason));
  const most = sorted.reduce((one, other) => (other.length > one.length ? other : one), []);
  return most.map((change, index) =>
    withLongestReason(
      change,
      sorted.flatMap((page) => page.slice(index, index + 1)),
    ),
  );
}

/** CloudWatch may have cut the data of a copy. */
function withLongestReason(change: RecordedTransition, copies: Changes): RecordedTransition {
  const [{ reason } = change] = [change, ...copies].toSorted(byReason);
  return { ...change, reason };
}

/** The longest first. */
function byReason(a: RecordedTransition, b: RecordedTransition): number {
  return b.reason.length - a.reason.length || compare(a.reason, b.reason);
}
